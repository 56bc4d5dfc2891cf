import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import type { TableMapping } from '../data/table-events.ts'
import type { EventsNotTaken, EventsTaken } from '../http/shapes/events.ts'
import type { ApiClient } from './api-client.ts'
import type { EventChunk } from './event-chunk.ts'
import type { CommandPorts } from './ports.ts'

const EXAMPLES = `
Examples:
  $ keepfit ingest events.jsonl
  $ keepfit ingest 2026-01.jsonl 2026-02.jsonl --json
  $ keepfit ingest history.parquet --model churn --time date --id customer --score score --label churned --label-time churned_at

A file of events has one a line, as POST /v1/events takes them. Any other table becomes events by its columns: a
prediction a row, and a label where the row has one. The same file may be sent again: what is there already is repeated,
and changes nothing. That is also how to go on after a break.
`

type Options = { readonly [word in keyof TableMapping]?: string } & { readonly json?: boolean }

/** Tries after the server was busy or away. */
const TRIES = 6
const AGAIN: readonly string[] = ['BUSY', 'DATABASE_UNAVAILABLE', 'DRAINING', 'SERVER_UNAVAILABLE']

export function addIngestCommand(program: Command, ports: CommandPorts): void {
  program
    .command('ingest')
    .summary('send predictions and labels from files')
    .description('Sends events from JSON Lines files, or a table as events; when it ends, all of them are durable.')
    .argument('<files...>', 'JSON Lines of events, or with --model a CSV, Parquet or JSON Lines table')
    .option('--model <name>', 'the files are tables; the model whose predictions they hold')
    .option('--time <column>', 'table: column with the time of the prediction')
    .option('--id <column>', 'table: column with an id of its own for each row')
    .option('--score <column>', 'table: column with what the model said')
    .option('--label <column>', 'table: column with the outcome; an empty one is no label')
    .option('--label-time <column>', 'table: column with the time at which the outcome was known; default: --time')
    .option('--json', 'write the counts as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Options) => {
      const mapping = readMapping(options)
      const api = await ports.api()
      const total = { accepted: 0, repeated: 0 }
      for (const file of files) {
        const sent = await sendFile(ports, api, { file, mapping })
        total.accepted += sent.accepted
        total.repeated += sent.repeated
      }
      const text = `${total.accepted} events taken, ${total.repeated} were there already\n`
      ports.print(options.json === true ? `${JSON.stringify(total)}\n` : text)
    })
}

function readMapping({ model, time, id, score, label, labelTime }: Options): TableMapping | null {
  const words = { time, id, score, label, 'label-time': labelTime }
  if (model === undefined) {
    const lone = Object.entries(words).find(([, column]) => column !== undefined)
    if (lone !== undefined) throw new Fault('USAGE', `--${lone[0]} speaks of a table: name its model with --model`)
    return null
  }
  if (time === undefined || id === undefined) {
    throw new Fault(
      'USAGE',
      `a table needs --${time === undefined ? 'time' : 'id'}, the column that tells it of each row`,
    )
  }
  if (labelTime !== undefined && label === undefined) throw new Fault('USAGE', '--label-time needs --label')
  return { model, time, id, score, label, labelTime }
}

interface Sending {
  readonly file: string
  readonly mapping: TableMapping | null
}

/** @throws Fault of the first piece that was not taken whole; it tells line and reason */
async function sendFile(
  ports: Pick<CommandPorts, 'eventChunks' | 'progress' | 'pause'>,
  api: ApiClient,
  { file, mapping }: Sending,
): Promise<EventsTaken> {
  const total = { accepted: 0, repeated: 0, newestSeq: null as number | null }
  const send = async (chunk: EventChunk) => {
    const said = await sendChunk(ports, api, chunk, file)
    total.accepted += said.accepted
    total.repeated += said.repeated
    ports.progress(`sending ${file}`, Math.min(999, Math.floor(chunk.share * 1000)), 1000)
  }
  let sending = Promise.resolve()
  for await (const chunk of ports.eventChunks(file, mapping)) {
    // In the order of the file: a later piece that overtook it would make this one's rows late, and windows close without them.
    await sending
    sending = send(chunk)
    // While the next one is read nobody listens; it is thrown above.
    sending.catch(() => undefined)
  }
  await sending
  ports.progress(`sending ${file}`, 1000, 1000)
  return total
}

async function sendChunk(
  ports: Pick<CommandPorts, 'pause'>,
  api: ApiClient,
  chunk: EventChunk,
  file: string,
): Promise<EventsTaken> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await api.upload('/v1/events', chunk.text, 'application/x-ndjson')) as EventsTaken
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      if (!AGAIN.includes(error.code) || attempt >= TRIES) throw inFile(error, chunk, file)
      await ports.pause(250 * 2 ** attempt)
    }
  }
}

/** The refusal of a piece, with the lines of the file instead of those of the request. */
function inFile(fault: Fault, { firstLine, events }: EventChunk, file: string): Fault {
  const {
    refused = [],
    conflicts = [],
    unknown = [],
    accepted = 0,
    repeated = 0,
  } = fault.details as Partial<EventsNotTaken>
  const lines = [
    ...refused.map(({ line, message }) => ({ line, message })),
    ...unknown.map(({ line, model }) => ({ line, message: `no model is called '${model}'` })),
    ...conflicts.map(({ line, id }) => ({ line, message: `the id '${id}' was used for another event` })),
  ].sort((a, b) => a.line - b.line)
  const [first] = lines
  if (first === undefined)
    return new Fault(fault.code, `'${file}' was not sent to its end: ${fault.message}`, {}, fault)
  // The answer lists the first of them only, but counts all that were taken.
  const others = events - accepted - repeated - 1
  const rest = others > 0 ? ` (and ${others} more of ${events} events)` : ''
  const at = firstLine + first.line - 1
  return new Fault(fault.code, `'${file}', line ${at}: ${first.message}${rest}`, { file, line: at }, fault)
}
