import { type Command, InvalidArgumentError } from 'commander'
import { Fault } from '../base/fault.ts'
import type { CommandPorts } from './ports.ts'
import { ROLES, type Role, type UpAsked, type UpReady } from './up-asked.ts'

const DEFAULT_PORT = 7437

const EXAMPLES = `
Everything in one process, with a database of its own in .keepfit/:
  $ keepfit up

The same on a Postgres of yours, split over processes:
  $ export DATABASE_URL=postgresql://keepfit:…@db:5432/keepfit
  $ keepfit up --role api
  $ keepfit up --role worker
`

interface Said {
  readonly port: number
  readonly host: string
  readonly config?: string
  readonly database?: string
  readonly role?: readonly Role[]
  readonly hosts?: readonly string[]
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly insecureNetwork?: boolean
  readonly concurrency?: number
  readonly log?: string
  readonly json?: boolean
  readonly withParent?: boolean
}

export function addUpCommand(program: Command, ports: CommandPorts): void {
  program
    .command('up')
    .description('runs Keepfit: database, API, loop, trainings')
    .option('--port <number>', 'port of the API; 0: the system chooses one', portNumber, DEFAULT_PORT)
    .option(
      '--host <address>',
      'address to listen on; beyond this machine it needs TLS or --insecure-network',
      '127.0.0.1',
    )
    .option('--config <file>', 'configuration; default: keepfit.yaml here, where there is one')
    .option('--database <url>', 'a Postgres of yours, 14 or newer; default: DATABASE_URL, else one of our own')
    .option('--role <roles>', `part of the work, separated by commas: ${ROLES.join(', ')}; default: all`, roleList)
    .option('--hosts <names>', 'names beside localhost under which the API may be asked', words)
    .option('--tls-cert <file>', 'certificate, PEM')
    .option('--tls-key <file>', 'its key, PEM')
    .option('--insecure-network', 'send tokens in the clear beyond this machine')
    .option('--concurrency <number>', 'trainings at a time in each worker; default 1', count)
    .option('--log <file>', "where to write the log; '-': standard error; default: log/keepfit.log in the data folder")
    .option('--with-parent', 'end when the standard input closes, for whoever starts it as a part of something else')
    .option('--json', 'say what happens as JSON, one object a line')
    .addHelpText('after', EXAMPLES)
    .action(async (said: Said) => {
      const dataFolder: string | undefined = program.opts<{ data?: string }>().data
      await ports.up(askedOf(said, dataFolder), {
        onReady: (ready) => ports.print(said.json === true ? jsonLine('ready', ready) : readyText(ready)),
        onStopping: () =>
          ports.print(said.json === true ? jsonLine('stopping', {}) : 'stopping: what runs is handed over\n'),
      })
    })
}

function askedOf(said: Said, dataFolder: string | undefined): UpAsked {
  const { host, port } = said
  const tls = tlsOf(said)
  return {
    dataFolder,
    configFile: said.config,
    databaseUrl: said.database,
    roles: said.role ?? [],
    server: { host, port, tls, allowsInsecureNetwork: said.insecureNetwork === true },
    hosts: said.hosts ?? [],
    concurrency: said.concurrency,
    logTo: said.log,
    endsWithInput: said.withParent === true,
  }
}

/** Half of it must not mean none: whoever names a certificate relies on the channel. */
function tlsOf({ tlsCert: cert, tlsKey: key }: Said): UpAsked['server']['tls'] {
  if (cert !== undefined && key !== undefined) return { cert, key }
  if (cert === undefined && key === undefined) return undefined
  const [given, missing] = cert !== undefined ? ['--tls-cert', '--tls-key'] : ['--tls-key', '--tls-cert']
  throw new Fault('USAGE', `${given} needs ${missing} beside it: TLS takes a certificate and its key`)
}

function readyText({ url, readyMs, roles, models, configFile }: UpReady): string {
  const where = url === null ? `working as ${roles.join(' and ')}` : `Keepfit answers at ${url}`
  const what =
    configFile === null
      ? "no keepfit.yaml here: 'keepfit init' writes one"
      : `${models} ${models === 1 ? 'model' : 'models'} in ${configFile}`
  return `${where} (ready in ${(readyMs / 1000).toFixed(1)} s)\n${what}\n`
}

function jsonLine(event: string, fields: object): string {
  return `${JSON.stringify({ event, ...fields })}\n`
}

function portNumber(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '') return port
  throw new InvalidArgumentError(`must be a whole number from 0 to 65535; got '${text}'`)
}

function count(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= 64) return number
  throw new InvalidArgumentError(`must be a whole number from 1 to 64; got '${text}'`)
}

function words(text: string): string[] {
  return text.split(',').map((word) => word.trim())
}

function roleList(text: string): Role[] {
  return words(text).map((word) => {
    const role = ROLES.find((known) => known === word)
    if (role !== undefined) return role
    throw new InvalidArgumentError(`must be of ${ROLES.join(', ')}; got '${word}'`)
  })
}
