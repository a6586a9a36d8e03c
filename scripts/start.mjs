// `npm start`: from a fresh clone to a running Holdfast, on any Node from 18 on.
import { join } from 'node:path'
import { become, ensureInstalled, ensureWebIsBuilt, findNode, root } from './bootstrap.mjs'

ensureInstalled({ withDevelopmentTools: false })
const node = findNode()
ensureWebIsBuilt(node)
// What Node makes of the sources is kept: the second start takes half the time.
const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || join(root, 'node_modules', '.cache', 'node')
become(node, ['--disable-warning=ExperimentalWarning', 'server/main.ts', ...process.argv.slice(2)], { NODE_COMPILE_CACHE })
