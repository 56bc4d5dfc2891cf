import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs `work` with a maker of paths for temporary files, all of which are deleted afterwards. */
export async function withScratch<T>(work: (scratch: () => Promise<string>) => Promise<T>): Promise<T> {
  let directory: Promise<string> | undefined
  let files = 0
  try {
    return await work(async () => {
      directory ??= mkdtemp(join(tmpdir(), 'keepfit-'))
      files += 1
      return join(await directory, String(files))
    })
  } finally {
    if (directory !== undefined) await rm(await directory, { recursive: true, force: true })
  }
}
