import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PREPARED = fileURLToPath(new URL('../../.venv/tools/bin/python', import.meta.url))

/** The Python that has what test/python/requirements.txt names. */
export function toolsPython(): string {
  const python = process.env['KEEPFIT_TEST_PYTHON'] ?? (existsSync(PREPARED) ? PREPARED : undefined)
  if (python === undefined) {
    throw new Error('this test needs Python with test/python/requirements.txt: run `npm test` once, which prepares it')
  }
  return python
}

/** Runs a Python script and gives what it printed; fails with what it complained of. */
export async function runPython(args: readonly string[], options: { readonly cwd?: string } = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(toolsPython(), [...args], { ...options, maxBuffer: 1 << 26 })
  return stdout
}
