import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';

import { lastLines, StackError } from '../errors';
import { projectFolder } from '../home';

/** Of pip's and uv's own variables: where packages come from, how to get there, and where to keep them. */
const sources =
  /^(PIP_(INDEX_URL|EXTRA_INDEX_URL|NO_INDEX|FIND_LINKS|CONFIG_FILE|TRUSTED_HOST|PROXY|CERT|CLIENT_CERT|DEFAULT_TIMEOUT|TIMEOUT|RETRIES|CACHE_DIR|KEYRING_PROVIDER)|UV_(INDEX.*|DEFAULT_INDEX|EXTRA_INDEX_URL|NO_INDEX|FIND_LINKS|CONFIG_FILE|INSECURE_HOST|NATIVE_TLS|SYSTEM_CERTS|OFFLINE|HTTP_TIMEOUT|HTTP_RETRIES|CACHE_DIR|NO_CACHE|LINK_MODE|CONCURRENT_.*|KEYRING_PROVIDER))$/;

/** How to get out of this network, and where a program may put what it keeps. */
const ways =
  /^(PATH|HOME|TMPDIR|USER|LOGNAME|SystemRoot|LANG|LC_.*|XDG_(CACHE|CONFIG|DATA)_HOME|(HTTPS?|ALL|NO)_PROXY|https?_proxy|all_proxy|no_proxy|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NETRC)$/;

/**
 * The environment of the programs that install: of the caller's, the settings of registry, proxy and certificates, and
 * nothing else. No key of the user's is within reach of a package, not even of one that turns out to be malicious.
 * uv reads neither pip's mirror nor pip's certificates: it is told of them.
 *
 * @param without names of variables to leave out as well
 */
export function installerEnvironment(without?: RegExp): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || without?.test(name) === true) continue;
    if (ways.test(name) || sources.test(name)) environment[name] = value;
  }
  const mirror = environment.UV_DEFAULT_INDEX ?? environment.UV_INDEX_URL ?? environment.PIP_INDEX_URL;
  if (mirror !== undefined) environment.UV_DEFAULT_INDEX = mirror;
  const certificates = environment.SSL_CERT_FILE ?? environment.PIP_CERT;
  if (certificates !== undefined) environment.SSL_CERT_FILE = certificates;
  return environment;
}

/**
 * Runs a program and ends as it does. When file descriptor 3 closes, which it does with this process however that ends,
 * the whole group is killed: `venv` runs `ensurepip`, that runs pip, and a parent's end would reach the first one only.
 */
const keeper = `
import os, signal, sys, threading

os.set_inheritable(3, False)
program = os.fork()
if program == 0:
    os.execv(sys.argv[1], sys.argv[1:])

def watch():
    os.read(3, 1)
    os.killpg(0, signal.SIGKILL)

threading.Thread(target=watch, daemon=True).start()
_, status = os.waitpid(program, 0)
if os.WIFSIGNALED(status):
    os.kill(os.getpid(), os.WTERMSIG(status))
os._exit(os.WEXITSTATUS(status))
`;

/** What is being run. It would go on for as long as this process takes to end, in a folder that is being removed. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
});

/**
 * Runs one program of an installation to its end, with its output in the log.
 *
 * @param command absolute path and arguments
 * @param options.python any interpreter, which keeps the program and all that it starts from outliving us
 * @param options.log the file that output is added to
 * @param options.what what the program does, as in "… failed"
 * @param options.input what it reads on standard input
 * @param options.output the file that its standard output is written to; left out: the log
 * @param options.without names of variables that it does not get
 * @throws StackError with the last lines of the output
 */
export async function runInstaller(
  command: readonly string[],
  options: { python: string; log: string; what: string; input?: string; output?: string; without?: RegExp },
): Promise<void> {
  const { python, log, what, input = '', without } = options;
  const output = openSync(log, 'a');
  const result = options.output === undefined ? output : openSync(options.output, 'w');
  const before = statSync(log).size;
  try {
    const child = spawn(python, ['-I', '-S', '-c', keeper, ...command], {
      cwd: projectFolder,
      env: installerEnvironment(without),
      stdio: ['pipe', result, output, 'pipe'],
      // A group of its own, to be killed as one.
      detached: true,
    });
    running.add(child);
    const ending = await new Promise<string>((resolve) => {
      child.once('error', (error) => {
        resolve(error.message);
      });
      child.once('close', (code, signal) => {
        resolve(signal === null ? `exit code ${String(code)}` : `ended by ${signal}`);
      });
      // A program that ends early closes its end; how it ended says more.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
    running.delete(child);
    if (ending === 'exit code 0') return;
    if (ending.startsWith('ended by')) throw new StackError(`${what}: ${ending}.`, 'Run it again.', log);
    const said = readFileSync(log).subarray(before).toString('utf8');
    throw new StackError(`${what} failed (${ending}):\n${lastLines(said)}`, adviceFor(said), log);
  } finally {
    closeSync(output);
    if (result !== output) closeSync(result);
  }
}

/** What to do next, by what installers say: the first that fits. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /hash mismatch|match the hashes/i,
    'A package is not the one that was locked: the registry or a mirror serves something else. Nothing was put in place. Find out why before going on.',
  ],
  [/no space left|disk quota/i, 'Free some disk space: a release takes about 1 GB below STACK_HOME.'],
  [/permission denied|read-only file|not a directory/i, 'See that STACK_HOME is a folder that you may write to.'],
  [/certificate|UnknownIssuer|SSL/, 'Set SSL_CERT_FILE to the certificates of your network.'],
  [
    /there is no version of litellm\[proxy\]/i,
    'Choose a release that the registry has: https://pypi.org/project/litellm/#history lists them. A mirror may have fewer.',
  ],
  [
    /\bno (\w+ )?wheels|source distribution|building/i,
    'The lock has no ready-made package for this platform and this Python, and nothing is built from source. Try another Python (3.10 to 3.13) or another machine.',
  ],
  [
    /no solution found/i,
    'The registry does not have everything that this release needs, or not in versions that go together. Choose another release.',
  ],
  [
    /(?:)/,
    'See that the package registry can be reached (HTTPS_PROXY, UV_DEFAULT_INDEX for a mirror and SSL_CERT_FILE are passed on), then run it again.',
  ],
];

/** What to do next, for what an installer or the file system said. */
const adviceFor = (said: string): string => advice.find(([pattern]) => pattern.test(said))?.[1] ?? '';
