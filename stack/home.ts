import path from 'node:path';

/** The project's folder, wherever the working directory is. Bundled processes get it from their environment. */
export const projectFolder = process.env['STACK_PROJECT_FOLDER'] ?? path.resolve(__dirname, '..');

/** Where everything that can be made again lies: `STACK_HOME`, one folder per kind of thing. */
export const homeFolders = (home: string) => ({
  releases: path.join(home, 'releases'),
  pythonTools: path.join(home, 'python-tools'),
  programs: path.join(home, 'programs'),
  postgres: path.join(home, 'postgres'),
  profiles: path.join(home, 'profiles'),
  templates: path.join(home, 'templates'),
  logs: path.join(home, 'logs'),
});
