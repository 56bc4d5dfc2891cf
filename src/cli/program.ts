import { Command } from 'commander'
import { addAdoptCommand } from './adopt.ts'
import { addAnswerCommands } from './answer.ts'
import { addApplyCommand } from './apply.ts'
import { addAuditCommand } from './audit.ts'
import { addBacktestCommand } from './backtest.ts'
import { addCancelCommand } from './cancel.ts'
import { addCardCommand } from './card.ts'
import { addCatalogCommand } from './catalog.ts'
import { addCheckCommand } from './check.ts'
import { addContractCommand } from './contract.ts'
import { addDecisionsCommand } from './decisions.ts'
import { addDemoCommand } from './demo.ts'
import { addDiffCommand } from './diff.ts'
import { addDoctorCommand } from './doctor.ts'
import { addExplainCommand } from './explain.ts'
import { addExportCommand } from './export.ts'
import { addHistoryCommand } from './history.ts'
import { addIngestCommand } from './ingest.ts'
import { addInitCommand } from './init.ts'
import { addLocaliseCommand } from './localise.ts'
import { addLogsCommand } from './logs.ts'
import type { CommandPorts } from './ports.ts'
import { addPromoteCommand } from './promote.ts'
import { addReplayCommand } from './replay.ts'
import { addRollbackCommand } from './rollback.ts'
import { addRunCommand } from './run.ts'
import { addRunsCommand } from './runs.ts'
import { addStatusCommand } from './status.ts'
import { addTokenCommand } from './token.ts'
import { addUpCommand } from './up.ts'
import { addVersionsCommand } from './versions.ts'
import { addWindowsCommand } from './windows.ts'

const EXAMPLES = `
Examples:
  $ keepfit demo
  $ keepfit check january.parquet june.parquet
  $ keepfit backtest history.parquet --label churned --time date
  $ keepfit localise predictions.csv --prediction score --label churned --time date
  $ keepfit catalog triggers
`

/** The command line, without what it calls: `ports` brings that. */
export function buildProgram(version: string, ports: CommandPorts): Command {
  const program = new Command('keepfit')
    .description('Keeps production ML models fit: decides when retraining pays, and explains every decision.')
    .version(version)
    .option('--url <url>', 'commands that ask the server: where it is; default: KEEPFIT_URL, or the data folder says')
    .option('--data <folder>', 'data folder of the server; default: .keepfit here or in a folder above')
    .showHelpAfterError('(keepfit <command> --help shows what is allowed)')
    .addHelpText('after', EXAMPLES)
  addUpCommand(program, ports)
  addCheckCommand(program, ports)
  addDemoCommand(program, ports)
  addBacktestCommand(program, ports)
  addLocaliseCommand(program, ports)
  addContractCommand(program, ports)
  addCatalogCommand(program, ports)
  addInitCommand(program, ports)
  addApplyCommand(program, ports)
  addIngestCommand(program, ports)
  addExportCommand(program, ports)
  addStatusCommand(program, ports)
  addTokenCommand(program, ports, ports.clock)
  addAuditCommand(program, ports)
  addDoctorCommand(program, ports)
  addAdoptCommand(program, ports)
  addCardCommand(program, ports)
  addDiffCommand(program, ports)
  addHistoryCommand(program, ports)
  addPromoteCommand(program, ports)
  addRollbackCommand(program, ports)
  addVersionsCommand(program, ports)
  addRunCommand(program, ports)
  addRunsCommand(program, ports)
  addLogsCommand(program, ports)
  addCancelCommand(program, ports)
  addDecisionsCommand(program, ports)
  addExplainCommand(program, ports)
  addAnswerCommands(program, ports)
  addWindowsCommand(program, ports)
  addReplayCommand(program, ports)
  return program
}
