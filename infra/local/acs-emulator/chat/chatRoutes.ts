import { defineRoutes } from '../http/route.ts';
import {
  deleteChatMessage,
  getChatMessage,
  listChatMessages,
  listReadReceipts,
  sendChatMessage,
  sendReadReceipt,
  sendTypingNotification,
  updateChatMessage,
} from './messageRoutes.ts';
import {
  addChatParticipants,
  createChatThread,
  deleteChatThread,
  getChatThread,
  listChatParticipants,
  listChatThreads,
  removeChatParticipant,
  updateChatThread,
} from './threadRoutes.ts';

const THREADS = '/chat/threads';
const THREAD = '/chat/threads/:threadId';
const MESSAGE = `${THREAD}/messages/:messageId`;

export const chatRoutes = defineRoutes(
  { service: 'chat', auth: 'chat' },
  {
    createChatThread: { method: 'POST', path: THREADS, auth: 'chatThreads', handle: createChatThread },
    listChatThreads: { method: 'GET', path: THREADS, handle: listChatThreads },
    getChatThread: { method: 'GET', path: THREAD, handle: getChatThread },
    updateChatThread: { method: 'PATCH', path: THREAD, auth: 'chatThreads', handle: updateChatThread },
    deleteChatThread: { method: 'DELETE', path: THREAD, auth: 'chatThreads', handle: deleteChatThread },
    listChatParticipants: { method: 'GET', path: `${THREAD}/participants`, handle: listChatParticipants },
    addChatParticipants: {
      ...{ method: 'POST', path: `${THREAD}/participants/::add`, auth: 'chatParticipants' },
      handle: addChatParticipants,
    },
    removeChatParticipant: {
      ...{ method: 'POST', path: `${THREAD}/participants/::remove`, auth: 'chatParticipants' },
      handle: removeChatParticipant,
    },
    sendChatMessage: { method: 'POST', path: `${THREAD}/messages`, handle: sendChatMessage },
    listChatMessages: { method: 'GET', path: `${THREAD}/messages`, handle: listChatMessages },
    getChatMessage: { method: 'GET', path: MESSAGE, handle: getChatMessage },
    updateChatMessage: { method: 'PATCH', path: MESSAGE, handle: updateChatMessage },
    deleteChatMessage: { method: 'DELETE', path: MESSAGE, handle: deleteChatMessage },
    sendReadReceipt: { method: 'POST', path: `${THREAD}/readReceipts`, handle: sendReadReceipt },
    listReadReceipts: { method: 'GET', path: `${THREAD}/readReceipts`, handle: listReadReceipts },
    sendTypingNotification: { method: 'POST', path: `${THREAD}/typing`, handle: sendTypingNotification },
  },
);
