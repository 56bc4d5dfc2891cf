import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What is replaced by what in a compiled file below `dist`. */
export interface Change {
  readonly file: string
  readonly from: string
  readonly to: string
}

/** What happens once an hour, a day or a million events happens within a life of minutes: sealing, and taking away. */
export const HASTE: readonly Change[] = [
  { file: 'store/events/partitions.js', from: 'rows: 1_000_000', to: 'rows: 20_000' },
  { file: 'app/up/housekeeping.js', from: 'const SETTLED_MS = 3_600_000', to: 'const SETTLED_MS = 10_000' },
  { file: 'app/up/housekeeping.js', from: 'const LEFT_MS = 3_600_000', to: 'const LEFT_MS = 20_000' },
  { file: 'app/up/housekeeping.js', from: "EVERY_MINUTE = '* * * * *'", to: "EVERY_MINUTE = '*/4 * * * * *'" },
  { file: 'app/up/housekeeping.js', from: "AT_NIGHT = '17 3 * * *'", to: "AT_NIGHT = '*/13 * * * * *'" },
  { file: 'app/up/housekeeping.js', from: "BEFORE_DAWN = '47 3 * * *'", to: "BEFORE_DAWN = '*/17 * * * * *'" },
]

/** A copy of the compiled product: nothing that is edited meanwhile changes what is tried. @returns its folder */
export function copyOfProduct(root: string, changes: readonly Change[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'keepfit-copy-'))
  for (const part of ['bin', 'dist', 'package.json']) cpSync(join(root, part), join(folder, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const { file, from, to } of changes) {
    const path = join(folder, 'dist', file)
    const text = readFileSync(path, 'utf8')
    if (!text.includes(from)) throw new Error(`${file} does not say: ${from}`)
    writeFileSync(path, text.replace(from, to))
  }
  return folder
}
