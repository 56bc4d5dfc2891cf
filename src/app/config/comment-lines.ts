/** Words as comment lines of at most about 110 characters, each with the space that stands behind its `#`. */
export function commentLines(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(/[\s\u0085\u2028\u2029]+/).filter((part) => part !== '')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length > 110) lines.push(` ${word}`)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
