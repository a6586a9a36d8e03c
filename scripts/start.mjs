// `npm start`: from a fresh clone to a running Holdfast, on any Node from 18 on.
import { become, ensureInstalled, ensureWebIsBuilt, findNode } from './bootstrap.mjs'

ensureInstalled({ withDevelopmentTools: false })
const node = findNode()
ensureWebIsBuilt(node)
become(node, ['--disable-warning=ExperimentalWarning', 'server/main.ts', ...process.argv.slice(2)])
