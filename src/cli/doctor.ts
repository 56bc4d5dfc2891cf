import type { Command } from 'commander'
import type { DoctorReport } from './doctor-report.ts'
import type { CommandPorts } from './ports.ts'

const EXAMPLES = `
Examples:
  $ keepfit doctor
  $ keepfit doctor --database "$DATABASE_URL" --json
`

interface DoctorOptions {
  readonly config: string
  readonly database?: string
  readonly json?: boolean
}

const MARKS = { ok: ' ok ', warn: 'warn', bad: 'BAD ' } as const

/** Adds `keepfit doctor`: what is wrong here, and what to do. Works when the server is down, too. */
export function addDoctorCommand(program: Command, ports: Pick<CommandPorts, 'doctor' | 'print' | 'sayNo'>): void {
  program
    .command('doctor')
    .summary('what is wrong here, and what to do about it')
    .description(
      'Looks at the machine, the configuration, the data folder, the database and the server. Exit code 1: something is bad.',
    )
    .option('--config <file>', 'configuration of the server', 'keepfit.yaml')
    .option('--database <url>', 'database of the server; default: DATABASE_URL, or the one in the data folder')
    .option('--json', 'write JSON (docs/operating.md)')
    .addHelpText('after', EXAMPLES)
    .action(async ({ config, database, json }: DoctorOptions) => {
      const { data } = program.opts<{ data?: string }>()
      const report = await ports.doctor({ config, database, data })
      ports.print(json === true ? `${JSON.stringify(report, null, 1)}\n` : doctorText(report))
      if (report.lines.some(({ state }) => state === 'bad')) ports.sayNo()
    })
}

export function doctorText({ lines }: DoctorReport): string {
  const width = Math.max(...lines.map(({ what }) => what.length))
  const told = lines.flatMap(({ what, state, detail, todo }) => {
    const head = `${MARKS[state]}  ${what.padEnd(width)}  ${detail}`
    return todo === null ? [head] : [head, `${' '.repeat(width + 8)}→ ${todo}`]
  })
  return `${told.join('\n')}\n`
}
