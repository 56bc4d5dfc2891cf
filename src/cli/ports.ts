import type { BacktestReport } from '../backtest/report.ts'
import type { Clock } from '../base/clock.ts'
import type { Progress } from '../base/progress.ts'
import type { TaskKind } from '../data/schema.ts'
import type { TableMapping } from '../data/table-events.ts'
import type { AuditHead, AuditReport } from '../http/shapes/audit.ts'
import type { AdoptAsked } from './adopt-asked.ts'
import type { ApiClient } from './api-client.ts'
import type { CatalogKind } from './catalog.ts'
import type { CheckAsked, CheckReport } from './check-report.ts'
import type { ContractAnswer, ContractAsked, LearnAnswer, LearnAsked } from './contract-report.ts'
import type { DemoAsked, DemoListener, DemoRun } from './demo-report.ts'
import type { DoctorAsked, DoctorReport } from './doctor-report.ts'
import type { EventChunk } from './event-chunk.ts'
import type { InitAnswer, InitAsked } from './init-report.ts'
import type { LocaliseAsked, LocaliseReport } from './localise-report.ts'
import type { UpAsked, UpListener } from './up-asked.ts'

/** What the commands ask of the rest of the house. `app/` gives it. */
export interface CommandPorts {
  backtest(asked: BacktestAsked, progress: Progress): Promise<BacktestAnswer>
  check(asked: CheckAsked, progress: Progress): Promise<CheckReport>
  demo(asked: DemoAsked, listener: DemoListener, progress: Progress): Promise<DemoRun>
  localise(asked: LocaliseAsked, progress: Progress): Promise<LocaliseReport>
  /** Runs until the process is asked to end. */
  up(asked: UpAsked, listener: UpListener): Promise<void>
  learnContract(asked: LearnAsked): Promise<LearnAnswer>
  checkContract(asked: ContractAsked): Promise<ContractAnswer>
  /** Refuses a path at which no file can be written, before the work begins; `new`: nothing may stand there yet. */
  checkPlace(path: string, place: 'any' | 'new'): Promise<void>
  /** Writes text whole or not at all. */
  writeText(path: string, text: string): Promise<void>
  /** The same, but refuses a path where something stands already. */
  writeNewText(path: string, text: string): Promise<void>
  readonly print: (text: string) => void
  /** The events of a file in pieces of one request each; with a mapping the file is a table. */
  eventChunks(file: string, mapping: TableMapping | null): AsyncIterable<EventChunk>
  /** Milliseconds. */
  pause(ms: number): Promise<void>
  /** Writes bytes as they come, to a file (whole or not at all) or to the standard output. */
  writeStream(path: string | null, body: ReadableStream<Uint8Array>): Promise<void>
  init(asked: InitAsked): Promise<InitAnswer>
  doctor(asked: DoctorAsked): Promise<DoctorReport>
  /** Walks the chain of the audit in a database itself, without a server. */
  verifyAudit(url: string, known?: AuditHead): Promise<AuditReport>
  /** Asks whoever sits at the terminal, one question after the other; null where nobody does. */
  askUser(questions: readonly Question[]): Promise<Readonly<Record<string, string>> | null>
  readonly clock: Clock
  /** A client of the server that --url, --data, the environment or the nearest data folder names. */
  api(): Promise<ApiClient>
  /** The artifact of a model that was trained elsewhere. */
  adoption(asked: AdoptAsked): Promise<Uint8Array>
  /** The command's answer is no: a check found something. It ends with exit code 1 once it is done. */
  sayNo(): void
  readonly progress: Progress
  /** Everything that exists, with every option. */
  catalogs(): Promise<readonly CatalogKind[]>
  /** Ids of the built-in learners. */
  readonly trainers: readonly string[]
}

/** A question to whoever sits at the terminal. */
export interface Question {
  readonly key: string
  readonly ask: string
}

export interface BacktestAnswer {
  readonly report: BacktestReport
  /** The recommended policy as a configuration file. */
  readonly configText: string
}

/** The words of `keepfit backtest`, read and checked. What is undefined was not said: the configuration decides, or a default. */
export interface BacktestAsked {
  readonly source?: string | undefined
  readonly config?: string | undefined
  readonly model?: string | undefined
  readonly label?: string | undefined
  readonly time?: string | undefined
  readonly id?: string | undefined
  readonly positive?: string | undefined
  readonly kind?: TaskKind | undefined
  readonly ignore?: readonly string[] | undefined
  readonly cut?: { readonly count: number } | { readonly everyMs: number } | undefined
  readonly warmup?: number | undefined
  readonly labelDelayWindows?: number | undefined
  readonly costs?: readonly number[] | undefined
  /** Ids of policies; empty = all. */
  readonly policies: readonly string[]
  /** Id of a built-in learner, or a command line: words with a blank between them. */
  readonly trainer?: string | undefined
  /** How the model of such a command is scored; undefined: it leaves an ONNX file. */
  readonly scoreCommand?: string | undefined
  readonly seed: number
  /** Where the recommended configuration will be saved: its `source` is seen from there. */
  readonly saveTo?: string | undefined
}
