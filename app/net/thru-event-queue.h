/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-engine.h"

G_BEGIN_DECLS

/* Brings events from the engine's thread to the thread that made the queue, on its thread-default main context: what a
 * link says in order, and one link after the other, so that none waits for who talks most. Leaves that thread half of its time.
 * Bounded: when that thread is held up, what only informs is dropped first. Reference-counted, any thread. */
typedef struct _ThruEventQueue ThruEventQueue;

ThruEventQueue * thru_event_queue_new   (ThruEngineEventFunc  func,
                                         gpointer             user);
void             thru_event_queue_unref (ThruEventQueue      *queue);

/* On the thread that made it: nothing is delivered any more. */
void             thru_event_queue_stop  (ThruEventQueue      *queue);

/* Takes @event. FALSE when it was dropped and its link should be closed, for what it says can not be left out. */
gboolean         thru_event_queue_push  (ThruEventQueue      *queue,
                                         ThruEngineEvent     *event);

ThruEngineEvent *thru_engine_event_new  (ThruEngineEventType  type);
void             thru_engine_event_free (ThruEngineEvent     *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruEventQueue, thru_event_queue_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruEngineEvent, thru_engine_event_free)

G_END_DECLS
