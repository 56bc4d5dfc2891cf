import { cpSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A copy of the compiled product: nothing that is edited meanwhile changes what is tried. @returns its folder */
export function copyOfProduct(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'keepfit-copy-'))
  for (const part of ['bin', 'dist', 'package.json']) cpSync(join(root, part), join(folder, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
