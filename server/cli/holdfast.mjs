#!/usr/bin/env node
// `npx holdfast`, on any Node from 18 on: finds the Node that the product runs on and becomes it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { become, fail, findNode, root } from '../../scripts/bootstrap.mjs'

if (!existsSync(join(root, 'node_modules', 'zod')))
  fail(`What Holdfast needs is not installed in ${root}; run \`npm ci --omit=dev --ignore-scripts\` there once.`)
if (/[\\/]node_modules[\\/]/.test(root))
  fail(
    `${root} is a copy, and Node runs TypeScript only outside of node_modules; install a checkout by its path (npm install ../holdfast, or npm link).`,
  )
const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || join(root, 'node_modules', '.cache', 'node')
become(
  findNode(),
  ['--disable-warning=ExperimentalWarning', join(root, 'server', 'cli', 'main.ts'), ...process.argv.slice(2)],
  { NODE_COMPILE_CACHE },
  process.cwd(),
)
