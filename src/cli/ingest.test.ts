import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { Fault } from '../base/fault.ts'
import type { ApiClient } from './api-client.ts'
import type { EventChunk } from './event-chunk.ts'
import { addIngestCommand } from './ingest.ts'
import type { CommandPorts } from './ports.ts'

const chunk = (firstLine: number, events = 2): EventChunk => ({
  text: `from ${firstLine}`,
  events,
  firstLine,
  share: 0.5,
})

/** Runs the command against a server that answers as told, request after request. */
async function ingest(words: readonly string[], chunks: readonly EventChunk[], answers: readonly (object | Fault)[]) {
  const sent: string[] = []
  const pauses: number[] = []
  let printed = ''
  const asked: unknown[] = []
  const api: Partial<ApiClient> = {
    async upload(path, body, type) {
      const answer = answers[sent.length] ?? { accepted: 2, repeated: 0, newestSeq: 1 }
      sent.push(`${path} ${type} ${String(body)}`)
      if (answer instanceof Fault) throw answer
      return answer
    },
  }
  const ports: Partial<CommandPorts> = {
    api: async () => api as ApiClient,
    async *eventChunks(file, mapping) {
      asked.push([file, mapping])
      yield* chunks
    },
    pause: async (ms) => void pauses.push(ms),
    progress: () => undefined,
    print: (text) => {
      printed += text
    },
  }
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
  addIngestCommand(program, ports as CommandPorts)
  const failure = await program.parseAsync(['ingest', ...words], { from: 'user' }).then(
    () => null,
    (error: unknown) => error,
  )
  return { sent, pauses, printed, asked, failure }
}

describe('keepfit ingest', () => {
  it('sends a piece only when the one before was taken: rows that are overtaken come late', async () => {
    const answers = [new Fault('BUSY', 'later'), { accepted: 2, repeated: 0, newestSeq: 2 }]
    const { sent } = await ingest(['a.jsonl'], [chunk(1), chunk(3), chunk(5)], answers)
    expect(sent.map((text) => text.split(' ').at(-1))).toEqual(['1', '1', '3', '5'])
  })

  it('sends each piece and says how many events there were', async () => {
    const answers = [
      { accepted: 2, repeated: 0, newestSeq: 2 },
      { accepted: 0, repeated: 2, newestSeq: null },
    ]
    const { sent, printed, failure } = await ingest(['a.jsonl'], [chunk(1), chunk(3)], answers)
    expect(failure).toBeNull()
    expect(sent).toEqual(['/v1/events application/x-ndjson from 1', '/v1/events application/x-ndjson from 3'])
    expect(printed).toBe('2 events taken, 2 were there already\n')
    expect((await ingest(['a.jsonl', '--json'], [chunk(1)], answers)).printed).toBe('{"accepted":2,"repeated":0}\n')
  })

  it('tries again while the server is busy or away, ever later, and gives up in the end', async () => {
    const busy = new Fault('BUSY', 'busy')
    const { sent, pauses, printed } = await ingest(['a.jsonl'], [chunk(1)], [busy, new Fault('DRAINING', 'stops')])
    expect(sent).toHaveLength(3)
    expect(pauses).toEqual([500, 1000])
    expect(printed).toBe('2 events taken, 0 were there already\n')
    const never = await ingest(
      ['a.jsonl'],
      [chunk(1)],
      Array.from({ length: 20 }, () => busy),
    )
    expect(never.sent).toHaveLength(6)
    expect(never.failure).toMatchObject({ code: 'BUSY', message: "'a.jsonl' was not sent to its end: busy" })
  })

  it('tells which line of the file was not taken, and why', async () => {
    const details = {
      refused: [{ line: 7, message: "'time' must be …" }],
      conflicts: [{ line: 3, id: 'x' }],
      unknown: [],
      accepted: 700,
      repeated: 50,
    }
    const { failure, pauses } = await ingest(['a.jsonl'], [chunk(1001, 1000)], [new Fault('USAGE', 'line 7', details)])
    expect(failure).toMatchObject({
      code: 'USAGE',
      message: "'a.jsonl', line 1003: the id 'x' was used for another event (and 249 more of 1000 events)",
    })
    expect(pauses).toEqual([])
    const one = { ...details, refused: [], accepted: 999, repeated: 0 }
    const lone = await ingest(['a.jsonl'], [chunk(1001, 1000)], [new Fault('CONFLICT', 'line 3', one)])
    expect(lone.failure).toMatchObject({ message: "'a.jsonl', line 1003: the id 'x' was used for another event" })
  })

  it('reads a table by the columns that are told', async () => {
    const words = ['t.csv', '--model', 'm', '--time', 'day', '--id', 'nr', '--label', 'left']
    const { asked } = await ingest(words, [], [])
    expect(asked).toEqual([
      ['t.csv', { model: 'm', time: 'day', id: 'nr', label: 'left', score: undefined, labelTime: undefined }],
    ])
  })

  it.each([
    [['a', '--time', 't'], '--time speaks of a table: name its model with --model'],
    [['a', '--label-time', 't'], '--label-time speaks of a table: name its model with --model'],
    [['a', '--model', 'm', '--id', 'i'], 'a table needs --time, the column that tells it of each row'],
    [['a', '--model', 'm', '--time', 't'], 'a table needs --id, the column that tells it of each row'],
    [['a', '--model', 'm', '--time', 't', '--id', 'i', '--label-time', 'l'], '--label-time needs --label'],
  ])('refuses %j', async (words, message) => {
    const { failure, sent } = await ingest(words, [chunk(1)], [])
    expect(failure).toMatchObject({ code: 'USAGE', message })
    expect(sent).toEqual([])
  })
})
