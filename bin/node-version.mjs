/** The oldest Node the dependencies run on; `engines` in package.json says the same. */
const OLDEST_MAJOR = 20
const OLDEST_MINOR = 19

/**
 * Why this Node cannot run Keepfit, or nothing when it can.
 * @param {string} version as in `process.versions.node`, for example "20.19.0"
 * @returns {string | undefined} one sentence for the user
 */
export function nodeComplaint(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major > OLDEST_MAJOR || (major === OLDEST_MAJOR && minor >= OLDEST_MINOR)) return undefined
  return `Keepfit needs Node ${OLDEST_MAJOR}.${OLDEST_MINOR} or newer; this is Node ${version}.`
}
