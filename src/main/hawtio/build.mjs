// Builds the console, if anything changed since it was built last: node build.mjs [OUTPUT FOLDER [STAMP FILE]]. Maven calls it; it needs Node.js and npm only.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const output = resolve(process.argv[2] ?? join(here, '../../../target/console'))
const stamp = resolve(process.argv[3] ?? `${output}.stamp`)

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap(entry => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort()
}

function hash(files) {
  const sum = createHash('sha256').update(process.version.split('.')[0])
  files.forEach(file => sum.update(file.slice(here.length)).update('\0').update(readFileSync(file)).update('\0'))
  return sum.digest('hex')
}

function npm(...words) {
  const done = spawnSync('npm', words, { cwd: here, stdio: 'inherit', shell: process.platform === 'win32', env: { ...process.env, CONSOLE_OUTPUT: output } })
  if (done.status !== 0) {
    console.error(`npm ${words.join(' ')} failed. Build without the console by -DskipConsole.`)
    process.exit(done.status ?? 1)
  }
}

/** Does the work unless the stamp says that it was done with the same inputs. */
function once(stamp, inputs, result, work) {
  const now = hash(inputs)
  if (existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) {
    return
  }
  work()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, now)
}

const packages = ['package.json', 'package-lock.json'].map(name => join(here, name))
const sources = ['build.mjs', 'index.html', 'tsconfig.json', 'vite.config.ts'].map(name => join(here, name))
const modules = join(here, 'node_modules')

once(stamp, [...packages, ...sources, ...filesIn(join(here, 'src')), ...filesIn(join(here, 'public'))], join(output, 'index.html'), () => {
  once(join(modules, '.built-from'), packages, join(modules, '.package-lock.json'), () =>
    npm('ci', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'),
  )
  npm('run', '--silent', 'build', '--', '--logLevel', 'error')
})
