import Table from 'cli-table3'
import type { Command } from 'commander'
import type { Clock } from '../base/clock.ts'
import { parseSpan } from '../base/units.ts'
import { SCOPES } from '../http/actor.ts'
import { CreatedToken, TokenInfo, TokenList } from '../http/shapes/tokens.ts'
import type { CommandPorts } from './ports.ts'
import { readChoice } from './read-option.ts'
import { whenText } from './when.ts'

const CREATE_EXAMPLES = `
Examples:
  $ keepfit token create shop --scope ingest
  $ keepfit token create prometheus --scope read --expires 365d
`

const EXAMPLES = `
Examples:
  $ keepfit token list
  $ keepfit token revoke 1f0c9a2e
`

type Ports = Pick<CommandPorts, 'api' | 'print'>

/** Adds `keepfit token create`, `list` and `revoke`. */
export function addTokenCommand(program: Command, ports: Ports, clock: Clock): void {
  const token = program
    .command('token')
    .summary('who may ask the server, and for what')
    .description('Makes, lists and revokes the tokens that let others ask the server.')
    .addHelpText('after', CREATE_EXAMPLES + EXAMPLES)
  addCreate(token, ports)
  token
    .command('list')
    .description('Lists all tokens, without their secrets.')
    .option('--json', 'write JSON: the answer of GET /v1/tokens (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { readonly json?: boolean }) => {
      const list = TokenList.parse(await (await ports.api()).get('/v1/tokens'))
      ports.print(json === true ? `${JSON.stringify(list, null, 1)}\n` : listText(list, clock.now()))
    })
  token
    .command('revoke')
    .description('Revokes a token: within a second it lets nobody in any more.')
    .argument('<id>', 'as keepfit token list shows it')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string) => {
      const api = await ports.api()
      const { name } = TokenInfo.parse(await api.delete(`/v1/tokens/${encodeURIComponent(id)}`))
      ports.print(`Token ${id} (${name}) is revoked.\n`)
    })
}

interface CreateOptions {
  readonly scope: readonly string[]
  readonly expires?: string
  readonly json?: boolean
}

function addCreate(token: Command, ports: Ports): void {
  token
    .command('create')
    .description('Makes a token. It is shown once; only its hash is kept.')
    .argument('<name>', 'what it is for')
    .requiredOption('--scope <scope...>', `what it lets in: ${SCOPES.join(', ')}`)
    .option('--expires <span>', 'how long it works, such as 90d; default: until it is revoked')
    .option('--json', 'write JSON: the answer of POST /v1/tokens (docs/api.md)')
    .addHelpText('after', CREATE_EXAMPLES)
    .action(async (name: string, { scope, expires, json }: CreateOptions) => {
      const scopes = scope.map((one) => readChoice('--scope', one, SCOPES))
      const expiresInMs = expires === undefined ? null : Math.round(parseSpan(expires, '--expires'))
      const api = await ports.api()
      const made = CreatedToken.parse(await api.post('/v1/tokens', { name, scopes, expiresInMs }))
      ports.print(json === true ? `${JSON.stringify(made, null, 1)}\n` : `${made.token}\n`)
    })
}

function listText({ tokens }: TokenList, now: number): string {
  const table = new Table({
    head: ['id', 'name', 'scopes', 'made', 'last used', 'state'],
    style: { head: [], border: [] },
  })
  for (const token of tokens) {
    const { id, name, scopes, createdAt, lastUsedAt } = token
    const used = lastUsedAt === null ? 'never' : whenText(lastUsedAt)
    table.push([id, name, scopes.join(', '), whenText(createdAt), used, stateOf(token, now)])
  }
  return `${table.toString()}\n`
}

function stateOf({ revokedAt, expiresAt }: TokenInfo, now: number): string {
  if (revokedAt !== null) return `revoked ${whenText(revokedAt)}`
  if (expiresAt === null) return 'works'
  return `${expiresAt > now ? 'works until' : 'expired'} ${whenText(expiresAt)}`
}
