import '@fontsource-variable/figtree/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './styles/global.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'

const root = document.querySelector('#root')
if (root === null) throw new Error('index.html has no #root to draw the page in')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
