import type { CommandWorld } from '../runtimes/runtime.ts'
import { readTable } from '../store/files/read-table.ts'
import { writeFrame } from '../store/files/write-frame.ts'
import { supervise } from '../trainers/supervised/supervise.ts'
import type { TableFiles } from '../trainers/trainer.ts'

/** How trainers and scorers outside this process are handed rows, and give them back. */
export const tableFiles: TableFiles = {
  writeFrame,
  async readFrame(path, kinds) {
    const asked = Object.fromEntries(kinds.map(({ name, kind }) => [name, kind]))
    return (await readTable(path, { kinds: asked, columns: kinds.map(({ name }) => name) })).frame
  },
}

/** @param baseFolder where the files that a scoring command names are looked for */
export function commandWorld(baseFolder: string): CommandWorld {
  return { supervise, baseFolder, ...tableFiles }
}
