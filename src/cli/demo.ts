import type { Command } from 'commander'
import type { DemoListener } from './demo-report.ts'
import { closingText, openingText, stayingText } from './demo-text.ts'
import type { CommandPorts } from './ports.ts'
import { readWhole } from './read-option.ts'
import { type Story, tellStory } from './story.ts'

const MOST_SEED = 2 ** 31 - 1

const EXAMPLES = `
Examples:
  $ keepfit demo
  $ keepfit demo --exit --seed 11 --json flights.json
`

interface Options {
  readonly seed: string
  readonly json?: string
  readonly exit?: boolean
}

export function addDemoCommand(program: Command, ports: CommandPorts): void {
  program
    .command('demo')
    .summary('replay six months of real flights with incidents, and tell what Keepfit does')
    .description(
      'Plays six months of real U.S. flights with five injected incidents under three policies: the model left alone, retrained weekly, and with Keepfit, which is started in .keepfit-flights/ and looks after the flights as they leave. Tells its decisions as they are made and ends with a table.',
    )
    .option('--seed <n>', 'the same seed gives the same story', '7')
    .option('--json <file>', "write everything as JSON ('-' = standard output, without the story; then it ends)")
    .option('--exit', 'end when the story is told; otherwise Keepfit stays up until Ctrl-C')
    .addHelpText('after', EXAMPLES)
    .action(async ({ seed: text, json: path, exit }: Options) => {
      const seed = readWhole('--seed', text, 0, MOST_SEED)
      const isQuiet = path === '-'
      if (path !== undefined && !isQuiet) await ports.checkPlace(path, 'any')
      const { listener, end } = storyListener(isQuiet ? () => {} : ports.print)
      const run = await ports.demo({ seed }, listener, ports.progress)
      try {
        end()
        if (path !== undefined) {
          const json = `${JSON.stringify(run.report, null, 1)}\n`
          if (isQuiet) ports.print(json)
          else await ports.writeText(path, json)
        }
        if (isQuiet) return
        ports.print(closingText(run.report))
        if (exit === true) return
        ports.print(stayingText(run))
        await run.stay()
      } finally {
        await run.close()
      }
    })
}

function storyListener(print: (text: string) => void): { listener: DemoListener; end: () => void } {
  let story: Story | undefined
  const listener: DemoListener = {
    onStage(stage) {
      print(openingText(stage))
      story = tellStory(stage, (line) => print(`${line}\n`))
    },
    onDecision: (decision) => story?.decided(decision),
  }
  return { listener, end: () => story?.ended() }
}
