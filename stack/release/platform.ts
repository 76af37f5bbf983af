import { StackError } from '../errors';

/** What decides whether a stack can be started here. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
  /** Version of the running C library, undefined where it is another one (musl). Means nothing outside Linux. */
  readonly glibc: string | undefined;
}

/** The machine that this process runs on. */
function thisPlatform(): Platform {
  return { os: process.platform, arch: process.arch, glibc: process.platform === 'linux' ? glibcVersion() : undefined };
}

/**
 * Stops on a platform that no stack can be started on, before anything is installed.
 *
 * @throws StackError
 */
export function requireSupportedPlatform({ os, arch, glibc }: Platform = thisPlatform()): void {
  const what = `A LiteLLM stack cannot be started on ${os} ${arch}${os === 'linux' && glibc === undefined ? ' with musl' : ''}.`;
  if (os === 'win32') throw new StackError(what, 'Run this project inside WSL 2; native Windows is not supported.');
  if (os === 'linux' && glibc === undefined) {
    throw new StackError(
      what,
      'Use a distribution with glibc (Debian, Ubuntu, Fedora …); in a container, not an Alpine image.',
    );
  }
  if (!['linux', 'darwin'].includes(os) || !['x64', 'arm64'].includes(arch)) {
    throw new StackError(what, 'Supported are Linux with glibc and macOS, each on x64 or arm64.');
  }
}

function glibcVersion(): string | undefined {
  // Else the report looks up the host name of every open connection first. (The types of Node 20 do not know the switch.)
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}
