import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SourceText } from './source.ts'

/** What npm, the build, Python and the tools make; nobody writes there. */
const MADE = new Set([
  'node_modules',
  'dist',
  '.git',
  '.venv',
  '.keepfit',
  'coverage',
  '__pycache__',
  '.vscode',
  '.idea',
  'test-results',
])
const WRITTEN =
  /\.(?:ts|tsx|js|mjs|cjs|json|md|ya?ml|toml|sh|py|txt|sql|css|html|svg)$|^(?:keepfit|run|\.npmrc|\.nvmrc|\.gitignore|Dockerfile)$/

/** Every text file of the repository at `root` that somebody wrote. */
export function filesOf(root: string, folder = ''): SourceText[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return MADE.has(entry.name) ? [] : filesOf(root, path)
    if (!entry.isFile() || !WRITTEN.test(entry.name)) return []
    return [{ path, text: readFileSync(join(root, path), 'utf8') }]
  })
}
