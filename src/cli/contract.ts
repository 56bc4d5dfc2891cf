import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import { contractText } from './contract-text.ts'
import type { CommandPorts } from './ports.ts'

const LEARN_EXAMPLES = `
Examples:
  $ keepfit contract learn good.parquet --label churned --time date --output contract.yaml
  $ keepfit contract learn 'sales-*.csv' --source shop
`

const CHECK_EXAMPLES = `
Examples:
  $ keepfit contract check new.csv --contract contract.yaml
  $ keepfit contract check new.parquet --contract contract.yaml --json
`

const EXAMPLES = `
Examples:
  $ keepfit contract learn good.csv --label churned --output contract.yaml
  $ keepfit contract check new.csv --contract contract.yaml
`

interface LearnOptions {
  readonly label?: string
  readonly time?: string
  readonly source?: string
  readonly output?: string
  readonly force?: boolean
}

interface CheckOptions {
  readonly contract: string
  readonly now?: string
  readonly json?: boolean
}

const FILE = 'CSV, TSV, Parquet or JSON Lines file, or a quoted glob of them'

/** Adds `keepfit contract learn` and `keepfit contract check`. */
export function addContractCommand(program: Command, ports: CommandPorts): void {
  const contract = program
    .command('contract')
    .summary('learn what good rows look like, and hold new ones against it')
    .description('Learns a data contract from good rows, for people to edit, and holds new rows against it.')
    .addHelpText('after', EXAMPLES)
  addLearn(contract, ports)
  addCheck(contract, ports)
}

function addLearn(contract: Command, ports: CommandPorts): void {
  contract
    .command('learn')
    .description('Learns a contract from rows that are known to be good, and writes it as YAML.')
    .argument('<file>', FILE)
    .option('--label <column>', 'column with the outcome')
    .option('--time <column>', 'column that orders the rows')
    .option('--source <column>', 'column that names where a row comes from')
    .option('--output <file>', 'write the contract there; default: standard output')
    .option('--force', 'write over an existing file')
    .addHelpText('after', LEARN_EXAMPLES)
    .action(async (file: string, { output, force, ...roles }: LearnOptions) => {
      refuseRepeats(roles)
      const place = force === true ? 'any' : 'new'
      if (output !== undefined) await ports.checkPlace(output, place)
      const { text, rows, columns, notes } = await ports.learnContract({ file, ...roles })
      if (output === undefined) return ports.print(text)
      await (place === 'any' ? ports.writeText(output, text) : ports.writeNewText(output, text))
      const told = notes.map((note) => `note: ${note}\n`).join('')
      ports.print(
        `${told}${output}: a contract for ${columns} columns, learned from ${rows} rows. Read it, edit it, then: keepfit contract check FILE --contract ${output}\n`,
      )
    })
}

function addCheck(contract: Command, ports: CommandPorts): void {
  contract
    .command('check')
    .description('Holds the rows of a file against a contract. Exit code 0: it holds; 1: it does not; 2: bad input.')
    .argument('<file>', FILE)
    .requiredOption('--contract <file>', 'the contract, as keepfit contract learn writes it')
    .option('--now <time>', 'ISO 8601 time that the age of the newest row is measured from; default: now')
    .option('--json', 'write JSON (docs/contract.md)')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (file: string, { contract: path, now, json }: CheckOptions) => {
      const report = await ports.checkContract({ file, contract: path, now: readTime(now) })
      ports.print(json === true ? `${JSON.stringify(report, null, 1)}\n` : contractText(report))
      if (report.outcome !== 'ok') ports.sayNo()
    })
}

function refuseRepeats(roles: Pick<LearnOptions, 'label' | 'time' | 'source'>): void {
  const named = Object.values(roles)
  const twice = named.find((name, at) => named.indexOf(name) !== at)
  if (twice === undefined) return
  throw new Fault('USAGE', `--label, --time and --source must name different columns; got '${twice}' twice`)
}

const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/

/** Without a zone it is UTC. */
function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const isZoned = text.length === 10 || /(?:Z|[+-]\d\d:\d\d)$/.test(text)
  const time = ISO.test(text) ? Date.parse(isZoned ? text : `${text}Z`) : Number.NaN
  if (!Number.isFinite(time))
    throw new Fault('USAGE', `--now must be a time such as 2026-01-31 or 2026-01-31T09:30:00Z; got '${text}'`)
  return time
}
