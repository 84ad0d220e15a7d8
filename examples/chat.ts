/**
 * Chat rooms: everybody in a room hears what is said there.
 *
 * All messages go through one channel; `pub` hands each to those who subscribed to its room. A member listens through a
 * sliding buffer, so one who sleeps misses the oldest messages, and holds up nobody.
 */
import { Chan, type Pub, type ReadChan, merge, sliding } from 'millrace';
import { program } from './program.js';

interface Message {
  readonly room: string;
  readonly by: string;
  readonly text: string;
}

export class Chat {
  private readonly messages: Chan<Message> = new Chan<Message>();
  private readonly rooms: Pub<Message, string> = this.messages.pub(({ room }) => room);

  /**
   * What is said in a room from now on. To leave is to cancel it.
   *
   * @param memory - how many messages are kept for one who does not listen.
   */
  join(room: string, memory = 10): ReadChan<Message> {
    return this.rooms.sub(room, new Chan<Message>(sliding(memory)));
  }

  async say(room: string, by: string, text: string): Promise<void> {
    await this.messages.put({ room, by, text });
  }

  /** Ends the chat; members hear what was said before. */
  end(): void {
    this.messages.close();
  }
}

async function main(): Promise<void> {
  const chat = new Chat();
  const ann = merge(chat.join('garden'), chat.join('kitchen'));
  const joe = chat.join('garden');
  const sleepy = chat.join('garden', 1);
  await chat.say('garden', 'Ann', 'The roses are out.');
  await chat.say('kitchen', 'Sue', 'Soup is ready!');
  await chat.say('attic', 'Tom', 'Can anybody hear me?');
  await chat.say('garden', 'Joe', 'So are the slugs.');
  chat.end();
  for (const [name, heard] of Object.entries({ ann, joe, sleepy })) {
    console.log(`${name}:`);
    await heard.forEach(({ room, by, text }) => console.log(`  ${room}: ${by} says, "${text}"`));
  }
}

program(import.meta.url, main);
