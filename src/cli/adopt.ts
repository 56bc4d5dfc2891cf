import type { Command } from 'commander'
import { Fault } from '../base/fault.ts'
import type { ModelSchema } from '../data/model-schema.ts'
import type { Schema, Task } from '../data/schema.ts'
import { ModelInfo } from '../http/shapes/models.ts'
import { Adopted } from '../http/shapes/versions.ts'
import type { AdoptAsked } from './adopt-asked.ts'
import type { ApiClient } from './api-client.ts'
import type { CommandPorts } from './ports.ts'
import { readChoice, readList, readMoment } from './read-option.ts'
import { modelPath } from './versions.ts'

const EXAMPLES = `
Examples:
  $ keepfit adopt churn model.onnx --sample rows.csv --label churned --cut-off 2026-01-31T00:00:00Z
  $ keepfit adopt churn forest.onnx --features age,income,plan --model-classes stays,leaves
  $ keepfit adopt churn model-folder --sample rows.csv --label churned --cut-off 2026-01-31
  $ keepfit adopt churn churn-7.keepfit --note "from the other data centre"
  $ keepfit adopt churn --http http://127.0.0.1:8080/score --protocol plain-json

Kinds of models: ONNX files (one file, no external data), YDF forests (the folder that model.save(folder) of Python's ydf
leaves, or a zip of it), .keepfit artifacts (GET …/artifact), and services that answer over HTTP: those need a token of the scope admin, and a host that the server allows.
`
const PROTOCOLS = ['plain-json', 'mlflow', 'open-inference'] as const
const KINDS = ['binary', 'multiclass', 'regression'] as const

type Words =
  | 'sample'
  | 'label'
  | 'positive'
  | 'task'
  | 'features'
  | 'modelClasses'
  | 'output'
  | 'cutOff'
  | 'note'
  | 'http'
  | 'protocol'
  | 'tokenVariable'
type Options = { readonly [word in Words]?: string } & { readonly json?: boolean }

type Ports = Pick<CommandPorts, 'api' | 'print' | 'adoption'>

/** Adds `keepfit adopt`: a model that was trained elsewhere becomes a version. */
export function addAdoptCommand(program: Command, ports: Ports): void {
  program
    .command('adopt')
    .summary('take over a model that was trained elsewhere')
    .description('Takes over a model that was trained elsewhere: it becomes a version, and nothing is trained.')
    .argument('<model>', 'which model')
    .argument('[file]', 'an .onnx or .keepfit file, or the folder of a YDF model')
    .option('--sample <file>', 'rows that show the features and the label; the model is tried on them')
    .option('--label <column>', 'column of the sample with the outcome')
    .option('--positive <value>', 'binary: the label that counts as positive; default: the last in order')
    .option('--task <kind>', `one of ${KINDS.join(', ')}; default: as the label looks`)
    .option('--features <columns>', "in the model's own order, separated by commas; default: as in the sample")
    .option(
      '--model-classes <names>',
      'classes in the order of its probabilities; default: as the file says, or sorted',
    )
    .option('--output <name>', 'the output with the probabilities or the value, where the file has several')
    .option('--cut-off <instant>', 'newest event time that the model may know of: a day or an instant, UTC')
    .option('--note <text>', 'where it comes from')
    .option('--http <url>', 'a service that scores, instead of a file')
    .option('--protocol <name>', `how the service is asked: ${PROTOCOLS.join(', ')}`, 'plain-json')
    .option('--token-variable <name>', "the server's variable with the token that the service wants")
    .option('--json', 'write JSON: the answer of POST /v1/models/{model}/versions (docs/api.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, file: string | undefined, options: Options) => {
      const from = sourceIn(file, options)
      const { cutOff, note } = options
      const query = { cutOffAt: cutOff === undefined ? undefined : readMoment('--cut-off', cutOff), note }
      const asked = { from, ...wordsIn(options) }
      const api = await ports.api()
      const bytes = await ports.adoption({ ...asked, known: await knownSchema(api, model) })
      const path = `${modelPath(model)}/versions`
      const adopted = Adopted.parse(await api.upload(path, bytes, 'application/octet-stream', query))
      ports.print(options.json === true ? `${JSON.stringify(adopted, null, 1)}\n` : adoptedText(adopted))
    })
}

function sourceIn(
  file: string | undefined,
  { http, protocol = 'plain-json', tokenVariable }: Options,
): AdoptAsked['from'] {
  if (file !== undefined && http === undefined) return { file }
  if (file === undefined && http !== undefined) {
    return { url: http, protocol: readChoice('--protocol', protocol, PROTOCOLS), tokenVariable }
  }
  throw new Fault('USAGE', 'say which model to adopt: a file, or a service with --http; not both')
}

function wordsIn(options: Options): Omit<AdoptAsked, 'from' | 'known'> {
  const { sample, label, positive, task, features, modelClasses, output } = options
  if (sample !== undefined && label === undefined) {
    throw new Fault('USAGE', '--label is needed beside --sample: the column with the outcome')
  }
  return {
    sample,
    label,
    positive,
    kind: task === undefined ? undefined : readChoice('--task', task, KINDS),
    features: features === undefined ? undefined : readList(features),
    modelClasses: modelClasses === undefined ? undefined : readList(modelClasses),
    output,
  }
}

/** What the server knows of the model's features and task; null where it knows neither them nor the model. */
async function knownSchema(api: ApiClient, model: string): Promise<ModelSchema | null> {
  const found = await api.get(modelPath(model)).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'NOT_FOUND') return null
    throw error
  })
  if (found === null) return null
  const { schema } = ModelInfo.parse(found)
  if (schema === null) return null
  const { kind, classes = [] } = schema.task
  const task: Task =
    kind === 'regression' ? { kind } : kind === 'binary' ? { kind, classes: pairOf(classes) } : { kind, classes }
  return { task, features: schema.features as Schema }
}

function pairOf([negative = '', positive = '']: readonly string[]): readonly [string, string] {
  return [negative, positive]
}

function adoptedText({ model, version, isNew, isLive }: Adopted): string {
  const what = isNew
    ? `version ${version} of ${model} is adopted`
    : `this model is version ${version} of ${model} already`
  const next = isLive
    ? 'it answers'
    : `another version answers; \`keepfit promote ${model} ${version} --because …\` lets this one`
  return `${what}; ${next}\n`
}
