// The program of a page: reads what lies in it, and draws it.

import { render } from 'preact';

import { readIndex } from './data';
import { Page } from './page';

async function start(): Promise<void> {
  const place = document.querySelector('#page');
  if (place === null) return;
  try {
    render(<Page index={await readIndex()} />, place);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    place.textContent = `This page cannot be drawn: ${why}. It takes a browser of 2023 or later.`;
    throw error;
  }
}

void start();
