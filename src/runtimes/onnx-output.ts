import { Fault } from '../base/fault.ts'
import type { Task } from '../data/schema.ts'
import type { OnnxValue } from './onnx-session.ts'

/** What exporters call the output that matters; asked for where several could be it. */
const PROBABILITIES = ['probabilities', 'output_probability', 'probability']
const NUMBERS = ['float32', 'float64']

/**
 * The output to fetch: what is not fetched is not computed.
 * @param wanted its name, where the model has several that could be it
 * @throws Fault ARTIFACT_CORRUPT when there is none, or nobody can tell which
 */
export function chooseOutput(outputs: readonly OnnxValue[], task: Task, wanted: string | undefined): string {
  const names = outputs.map(({ name }) => `'${name}'`).join(', ')
  if (wanted !== undefined) {
    const chosen = outputs.find(({ name }) => name === wanted)
    if (chosen === undefined) throw misfit(`it has no output '${wanted}'; there are: ${names}`)
    if (chosen.type === 'map') throw zipMap(wanted)
    if (!NUMBERS.includes(chosen.type)) throw misfit(`its output '${wanted}' is ${chosen.type}; it must be numbers`)
    return wanted
  }
  const numbers = outputs.filter(({ type }) => NUMBERS.includes(type))
  const named = task.kind === 'regression' ? [] : numbers.filter(({ name }) => PROBABILITIES.includes(name))
  const [only, another] = named.length > 0 ? named : numbers
  if (only !== undefined && another === undefined) return only.name
  if (only !== undefined) throw misfit(`its outputs are ${names}; say which holds the scores (runtime.output)`)
  const map = outputs.find(({ type }) => type === 'map')
  if (map !== undefined) throw zipMap(map.name)
  const missing = task.kind === 'regression' ? 'the value as a float' : 'probabilities'
  throw misfit(`its outputs are ${names}, and none holds ${missing}`)
}

function zipMap(name: string): Fault {
  return misfit(
    `its output '${name}' is a sequence of maps (ZipMap); export plain probabilities: ` +
      'convert_sklearn(…, options={id(model): {"zipmap": False}})',
  )
}

function misfit(what: string): Fault {
  return new Fault('ARTIFACT_CORRUPT', `the ONNX model cannot be used: ${what}`)
}
