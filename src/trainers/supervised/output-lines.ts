import { StringDecoder } from 'node:string_decoder'

/** Longer lines are cut into pieces, so that nobody has to hold or search more at once. */
export const LONGEST_LINE = 4096
const SHORTEST_SECRET = 4
const IN_PLACE = '[secret]'

/** Takes secrets out of text, also as a URL, as JSON and in base64. */
export interface Redactor {
  redact(text: string): string
  /** Characters of the longest form: so much must be held back where a text was cut anywhere. */
  readonly longest: number
}

export function redactor(secrets: readonly string[]): Redactor {
  const lines = secrets.flatMap((secret) => [secret, ...secret.split(/\r\n|\n|\r/)])
  const forms = lines
    .filter((line) => line.length >= SHORTEST_SECRET)
    .flatMap((line) => [
      line,
      encodeURIComponent(Buffer.from(line).toString()),
      JSON.stringify(line).slice(1, -1),
      Buffer.from(line).toString('base64'),
    ])
  // The longest first: a secret that holds another one must go as a whole.
  const distinct = [...new Set(forms)].sort((a, b) => b.length - a.length)
  return {
    redact: (text) => distinct.reduce((rest, form) => rest.replaceAll(form, IN_PLACE), text),
    longest: distinct[0]?.length ?? 0,
  }
}

/** Cuts a stream of bytes into lines without secrets. Empty lines are left out; a carriage return ends a line too. */
export class OutputLines {
  readonly #decoder = new StringDecoder('utf8')
  readonly #redactor: Redactor
  readonly #onLine: (text: string) => void
  #rest = ''

  constructor(redactor: Redactor, onLine: (text: string) => void) {
    this.#redactor = redactor
    this.#onLine = onLine
  }

  write(bytes: Buffer): void {
    const parts = (this.#rest + this.#decoder.write(bytes)).split(/\r\n|\n|\r/)
    this.#rest = parts.pop() ?? ''
    for (const line of parts) this.#whole(line)
    this.#cutRest()
  }

  /** The stream is over: what has no line end is a line as well. */
  end(): void {
    this.#whole(this.#rest + this.#decoder.end())
    this.#rest = ''
  }

  #whole(line: string): void {
    const text = this.#redactor.redact(line)
    for (let at = 0; at < text.length; at += LONGEST_LINE) this.#onLine(text.slice(at, at + LONGEST_LINE))
  }

  /** A secret of which only the beginning has come lies in the last `longest` characters: they stay. */
  #cutRest(): void {
    const { longest } = this.#redactor
    if (this.#rest.length < LONGEST_LINE + longest) return
    let text = this.#redactor.redact(this.#rest)
    while (text.length >= LONGEST_LINE + longest) {
      this.#onLine(text.slice(0, LONGEST_LINE))
      text = text.slice(LONGEST_LINE)
    }
    this.#rest = text
  }
}
