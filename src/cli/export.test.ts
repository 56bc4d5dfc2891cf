import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { addExportCommand } from './export.ts'
import type { CommandPorts } from './ports.ts'

async function run(...words: string[]) {
  const asked: unknown[] = []
  const written: unknown[] = []
  const api = { download: async (path: string, query: object) => void asked.push([path, query]) }
  const ports = {
    api: async () => api,
    checkPlace: async (file: string) => {
      if (file === 'nowhere/x') throw new Fault('USAGE', `there is no folder for '${file}'`)
    },
    writeStream: async (file: string | null) => void written.push(file),
  } as unknown as CommandPorts
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
  addExportCommand(program, ports)
  const failure = await program.parseAsync(['export', ...words], { from: 'user' }).then(
    () => '',
    (error: unknown) => (error as Error).message,
  )
  return { asked, written, failure }
}

describe('keepfit export', () => {
  test('asks for all events, or for those of a span, and writes where it is told', async () => {
    const all = await run('events', '--model', 'churn')
    expect(all.asked).toEqual([['/v1/models/churn/events', { format: 'jsonl', from: undefined, to: undefined }]])
    expect(all.written).toEqual([null])
    const span = ['--from', '2026-01-01', '--to', '2026-01-01T00:00:01Z', '--format', 'parquet', '--out', 'x.parquet']
    const some = await run('events', '--model', 'churn', ...span)
    const from = Date.UTC(2026, 0, 1)
    expect(some.asked).toEqual([['/v1/models/churn/events', { format: 'parquet', from, to: from + 1000 }]])
    expect(some.written).toEqual(['x.parquet'])
  })

  test.each([
    [['models', '--model', 'm'], "what to export must be one of events; got 'models'"],
    [['events', '--model', 'm', '--format', 'csv'], "--format must be one of jsonl, parquet; got 'csv'"],
    [['events', '--model', 'm', '--to', 'soon'], "got 'soon'"],
    [
      ['events', '--model', 'm', '--from', '2026-02-01', '--to', '2026-02-01T00:00:00Z'],
      "--from must be earlier than --to; got '2026-02-01' and '2026-02-01T00:00:00Z'",
    ],
    [['events', '--model', 'm', '--out', 'nowhere/x'], "there is no folder for 'nowhere/x'"],
  ])('%j is refused before anybody is asked', async (words, message) => {
    const { failure, asked } = await run(...words)
    expect(failure).toContain(message)
    expect(asked).toEqual([])
  })
})
