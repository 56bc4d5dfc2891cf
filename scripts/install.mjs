/**
 * Installs the dependencies from the lock file when `node_modules` does not hold them already. Only Node's own modules:
 * this runs before anything is installed.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const STAMP = join('node_modules', '.keepfit-installed')

/**
 * @param {string} root the clone
 * @returns {string | undefined} why it could not be done, or nothing when everything is there
 */
export function installOnce(root) {
  if (isInstalled(root)) return undefined
  console.error('keepfit: installing the dependencies of package-lock.json …')
  // The compiler is a development dependency, and NODE_ENV=production would leave it out.
  if (npm(root, ['ci', '--include=dev', '--no-audit', '--no-fund'])) return undefined
  console.error(
    'keepfit: `npm ci` did not succeed; this registry may lack a package for another platform that the lock file names. ' +
      'Trying `npm install --no-save`, which takes what there is for this platform and leaves the lock file alone.',
  )
  if (npm(root, ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund'])) {
    writeFileSync(join(root, STAMP), digestOf(join(root, 'package-lock.json')))
    return undefined
  }
  return 'The dependencies could not be installed; npm says why above. Is the package registry reachable?'
}

/**
 * Whether each package the lock file requires here is in place. npm keeps its own account of what it installed in
 * `node_modules/.package-lock.json`; after a fallback install the versions may differ, so our stamp vouches for it.
 */
export function isInstalled(root) {
  const lockFile = join(root, 'package-lock.json')
  const installedFile = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return false
  const stamp = join(root, STAMP)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digestOf(lockFile)) return true
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages
  const isInPlace = ([path, wanted]) =>
    existsSync(join(root, path)) && (!path.startsWith('node_modules/') || installed[path]?.version === wanted.version)
  return Object.entries(JSON.parse(readFileSync(lockFile, 'utf8')).packages)
    .filter(([path, wanted]) => path !== '' && !wanted.optional && !wanted.devOptional)
    .every(isInPlace)
}

function npm(root, args) {
  // What a command prints belongs to it; the installation's own words go to stderr.
  const options = { cwd: root, stdio: ['inherit', process.stderr, 'inherit'] }
  const cli = process.env.npm_execpath
  const isNpm = cli !== undefined && /^npm(-cli)?\.c?js$/.test(basename(cli))
  const run = isNpm
    ? spawnSync(process.execPath, [cli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
  return run.status === 0
}

function digestOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
