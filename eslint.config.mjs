import prettier from 'eslint-config-prettier';
import playwright from 'eslint-plugin-playwright';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const noToBeOK = {
  selector: "MemberExpression[property.name='toBeOK']",
  message: 'A failing toBeOK() quotes the headers, key included. Compare the status of an Answer.',
};

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
    // Playwright quotes headers and addresses when a request fails; `Api` masks them.
    files: ['**/*.ts'],
    ignores: ['fixtures/api.ts', 'specs/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['@playwright/test', 'playwright', 'playwright-request'].map((name) => ({
            name,
            importNames: ['request'],
            message: 'Requests go through fixtures/api.ts.',
          })),
        },
      ],
    },
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
