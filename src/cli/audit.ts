import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import { AuditHead, AuditPage, AuditReport, HeadText } from '../http/shapes/audit.ts'
import type { CommandPorts } from './ports.ts'
import { readWhole } from './read-option.ts'
import { countText, whenText } from './when.ts'

const EXAMPLES = `
Examples:
  $ keepfit audit list --limit 20
  $ keepfit audit head
  $ keepfit audit verify
  $ keepfit audit verify --head 1042:5f1d…
  $ keepfit audit verify --database "$DATABASE_URL"
`

type Ports = Pick<CommandPorts, 'api' | 'print' | 'sayNo' | 'verifyAudit'>

interface VerifyOptions {
  readonly head?: string
  readonly database?: string
  readonly json?: boolean
}

/** Adds `keepfit audit list`, `head` and `verify`. */
export function addAuditCommand(program: Command, ports: Ports): void {
  const audit = program
    .command('audit')
    .summary('the record of all that was done, and whether it is whole')
    .description('Shows the record of all that was done. Each entry holds the hash of the one before.')
    .addHelpText('after', EXAMPLES)
  addList(audit, ports)
  audit
    .command('head')
    .description(
      'Prints where the chain ends, as seq:hash. Kept elsewhere, it shows a chain that was cut or written anew.',
    )
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { seq, hash } = AuditHead.parse(await (await ports.api()).get('/v1/audit/head'))
      ports.print(`${seq}:${hash}\n`)
    })
  audit
    .command('verify')
    .description('Walks the whole chain. Exit code 0: it holds; 1: it does not.')
    .option('--head <seq:hash>', 'a head that was printed earlier and kept elsewhere')
    .option('--database <url>', 'ask this database itself, not the server')
    .option('--json', 'write JSON: the answer of GET /v1/audit/verify (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async ({ head, database, json }: VerifyOptions) => {
      const known = head === undefined ? undefined : readHead(head)
      const report =
        database === undefined
          ? AuditReport.parse(await (await ports.api()).get('/v1/audit/verify', { head }))
          : await ports.verifyAudit(database, known)
      ports.print(json === true ? `${JSON.stringify(report, null, 1)}\n` : verdictText(report))
      if (!report.ok) ports.sayNo()
    })
}

function addList(audit: Command, ports: Ports): void {
  audit
    .command('list')
    .description('Lists entries, oldest first.')
    .option('--model <name>', 'of this model only')
    .option('--after <seq>', 'entries after this one', '0')
    .option('--limit <count>', 'most entries', '100')
    .option('--json', 'write JSON: the answer of GET /v1/audit (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (said: { model?: string; after: string; limit: string; json?: boolean }) => {
      const query = {
        model: said.model,
        after: readWhole('--after', said.after, 0, Number.MAX_SAFE_INTEGER),
        limit: readWhole('--limit', said.limit, 1, 1000),
      }
      const page = AuditPage.parse(await (await ports.api()).get('/v1/audit', query))
      ports.print(said.json === true ? `${JSON.stringify(page, null, 1)}\n` : pageText(page))
    })
}

function readHead(text: string): AuditHead {
  if (!HeadText.safeParse(text).success)
    throw new Fault('USAGE', `--head must be what keepfit audit head prints, seq:hash; got '${text.slice(0, 100)}'`)
  const [seq = '', hash = ''] = text.split(':')
  return { seq: Number(seq), hash }
}

function verdictText({ ok, entries, head, broken }: AuditReport): string {
  if (ok || broken === null)
    return `The chain holds: ${countText(entries)} entries. Its head is ${head.seq}:${head.hash}\n`
  return `The chain is broken at ${broken.seq}: ${broken.how}. The ${countText(entries)} entries before it hold.\n`
}

function pageText({ entries, next }: AuditPage): string {
  const lines = entries.map(({ seq, at, actor, action, model, detail }) => {
    const about = model === null ? '' : ` ${model}`
    return `${seq}  ${whenText(at)}  ${actor}  ${action}${about}  ${JSON.stringify(detail)}`
  })
  const more = next === null ? [] : [`… more: --after ${next}`]
  return `${[...lines, ...more].join('\n')}\n`
}
