/**
 * Makes package-lock.json work on every machine: platform packages that npm left out are added, and the addresses of
 * the registry that happened to serve the packages are dropped.
 *
 * npm writes an optional dependency into the lock file only when the registry it asked could serve it, and `npm ci`
 * then refuses the lock file everywhere ("Missing: … from lock file"). Native tools publish one such package a
 * platform, named `<tool>-<os>-<cpu>[-<abi>]` and pinned exactly, so the entry follows from the name. It carries no
 * integrity hash; npm adds one where the package is really installed.
 *
 * Run after every `npm install`; with --check it changes nothing and fails if something is to be done.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}
interface LockFile {
  packages: Record<string, LockedPackage>;
}

const path = new URL('../package-lock.json', import.meta.url);
const lock: LockFile = JSON.parse(readFileSync(path, 'utf8'));

const platformName =
  /-(?<os>aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(?<cpu>[a-z0-9]+)(-(?<abi>[a-z]+))?$/;

function platformEntry(name: string, version: string): LockedPackage {
  const parts = platformName.exec(name)?.groups;
  if (!parts?.os || !parts.cpu || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`${name}@${version} is optional, missing from package-lock.json, and its name says no platform.`);
  }
  const libc = parts.os === 'linux' && parts.abi ? { libc: [parts.abi.startsWith('musl') ? 'musl' : 'glibc'] } : {};
  return { version, cpu: [parts.cpu], dev: true, ...libc, optional: true, os: [parts.os] };
}

const changes: string[] = [];
for (const [parent, entry] of Object.entries(lock.packages)) {
  if (entry.resolved && entry.integrity) {
    delete entry.resolved;
    changes.push(`drop the address of ${parent}`);
  }
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const known = [`${parent}/node_modules/${name}`, `node_modules/${name}`].some((key) => key in lock.packages);
    if (known) continue;
    lock.packages[`node_modules/${name}`] = platformEntry(name, version);
    changes.push(`add ${name}@${version}`);
  }
}

for (const change of changes) console.log(change);
if (changes.length === 0) {
  console.log('package-lock.json is complete.');
} else if (process.argv.includes('--check')) {
  console.error('package-lock.json would not install everywhere: run `npm run lockfile`.');
  process.exitCode = 1;
} else {
  const byPath = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(byPath) }, null, 2)}\n`);
}
