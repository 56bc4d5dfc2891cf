/**
 * `npm start`: from a bare clone to the demo. Installs what is missing, then hands over to `keepfit demo` in this same
 * process, which builds itself; further arguments and the exit code are the command's own.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeComplaint } from '../bin/node-version.mjs'
import { installOnce } from './install.mjs'

const BROKEN = 3
const root = dirname(dirname(fileURLToPath(import.meta.url)))

const complaint = nodeComplaint(process.versions.node) ?? installOnce(root)
if (complaint !== undefined) {
  console.error(`keepfit: ${complaint}`)
  process.exitCode = BROKEN
} else {
  const command = new URL('../bin/keepfit', import.meta.url)
  process.argv = [process.argv[0], fileURLToPath(command), 'demo', ...process.argv.slice(2)]
  await import(command.href)
}
