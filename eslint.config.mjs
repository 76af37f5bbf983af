import prettier from 'eslint-config-prettier';
import playwright from 'eslint-plugin-playwright';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const noToBeOK = {
  selector: "MemberExpression[property.name='toBeOK']",
  message: 'A failing toBeOK() quotes the headers, key included. Compare the status of an Answer.',
};

// Playwright quotes headers and addresses when a request fails; `Api` masks them.
const requests = ['@playwright/test', 'playwright', 'playwright-request'].map((name) => ({
  name,
  importNames: ['request'],
  message: 'Requests go through fixtures/api.ts.',
}));

/** What each folder may not import: see docs/architecture.md. */
const outside = {
  stack: ['fixtures', 'reporting', 'tools', 'tests', 'specs'],
  fixtures: ['reporting', 'tools', 'tests', 'specs'],
  reporting: ['tools', 'tests', 'specs'],
};

const nothingOf = (folders) => [
  {
    regex: `^(\\.\\./)+(${folders.join('|')})(/|$)`,
    message: 'Arrows go one way: specs → fixtures → stack, and reporting reads what fixtures record.',
  },
];

export default defineConfig(
  { ignores: ['.stack/', 'playwright-report*/', 'report/', 'test-results/', 'blob-report/', 'eslint.config.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Taking a property out of an object by naming it is what `...rest` is for.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Numbers in templates are ports, counts and milliseconds here; wrapping each in String() hides the sentence.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'no-restricted-syntax': ['error', noToBeOK],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['specs/**'],
    rules: { 'no-restricted-imports': ['error', { paths: requests }] },
  },
  ...Object.entries(outside).map(([folder, folders]) => ({
    files: [`${folder}/**/*.{ts,tsx}`],
    rules: { 'no-restricted-imports': ['error', { paths: requests, patterns: nothingOf(folders) }] },
  })),
  {
    files: ['fixtures/api.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: nothingOf(outside.fixtures) }] },
  },
  { files: ['specs/**', 'tests/**/*.test.ts'], ...playwright.configs['flat/recommended'] },
  {
    files: ['specs/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ regex: '^(?!(\\.\\./)+fixtures$)', message: 'A spec imports from fixtures/ and nothing else.' }],
        },
      ],
      'no-restricted-syntax': [
        'error',
        noToBeOK,
        {
          selector: "Program:not(:has(CallExpression[callee.name='inLargeParts']))",
          message: 'Begin with inLargeParts(): it saves a sixth of the time of a large file.',
        },
      ],
    },
  },
  prettier,
);
