/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-event-queue.h"
#include "thru-limits.h"

#define EVENTS_PER_DISPATCH 64 /* so that a burst does not hold the interface up */

struct _ThruEventQueue
{
  ThruEngineEventFunc func;
  gpointer            user;
  GSource            *source;
  gboolean            stopped;  /* only on the thread that made it */

  GMutex              mutex;
  GQueue              events;   /* (element-type ThruEngineEvent) */
  GHashTable         *per_link; /* (element-type ThruLinkId guint): how many of the messages that wait are its */
};

typedef struct
{
  GSource         source;
  ThruEventQueue *queue;
} Source;

ThruEngineEvent *
thru_engine_event_new (ThruEngineEventType type)
{
  ThruEngineEvent *event = g_new0 (ThruEngineEvent, 1);

  event->type = type;
  return event;
}

void
thru_engine_event_free (ThruEngineEvent *event)
{
  if (event == NULL)
    return;

  g_free (event->address);
  g_free (event->text);
  g_free (event->code);
  thru_session_message_free (event->message);
  g_free (event);
}

static ThruEngineEvent *
pop (ThruEventQueue *queue)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&queue->mutex);
  ThruEngineEvent *event = g_queue_pop_head (&queue->events);
  gpointer link;
  guint n;

  if (event == NULL || event->type != THRU_ENGINE_LINK_MESSAGE)
    return event;

  link = GUINT_TO_POINTER (event->link);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (queue->per_link, link));
  if (n > 1)
    g_hash_table_insert (queue->per_link, link, GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (queue->per_link, link);
  return event;
}

static gboolean
is_empty (ThruEventQueue *queue)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&queue->mutex);

  return g_queue_is_empty (&queue->events);
}

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    user)
{
  ThruEventQueue *queue = g_atomic_rc_box_acquire (((Source *)source)->queue);

  g_source_set_ready_time (source, -1);

  for (guint i = 0; i < EVENTS_PER_DISPATCH && !queue->stopped; i++)
    {
      g_autoptr(ThruEngineEvent) event = pop (queue);

      if (event == NULL)
        break;

      queue->func (event, queue->user);
    }

  if (!queue->stopped && !is_empty (queue))
    g_source_set_ready_time (source, 0);

  thru_event_queue_unref (queue);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

ThruEventQueue *
thru_event_queue_new (ThruEngineEventFunc func,
                      gpointer            user)
{
  ThruEventQueue *queue = g_atomic_rc_box_new0 (ThruEventQueue);

  queue->func = func;
  queue->user = user;
  g_mutex_init (&queue->mutex);
  g_queue_init (&queue->events);
  queue->per_link = g_hash_table_new (NULL, NULL);
  queue->source = g_source_new (&source_funcs, sizeof (Source));
  ((Source *)queue->source)->queue = queue;
  g_source_set_static_name (queue->source, "[thruwall] engine events");
  g_source_attach (queue->source, g_main_context_get_thread_default ());
  return queue;
}

static void
clear (gpointer data)
{
  ThruEventQueue *queue = data;

  g_source_destroy (queue->source);
  g_source_unref (queue->source);
  g_queue_clear_full (&queue->events, (GDestroyNotify)thru_engine_event_free);
  g_hash_table_unref (queue->per_link);
  g_mutex_clear (&queue->mutex);
}

void
thru_event_queue_unref (ThruEventQueue *queue)
{
  g_return_if_fail (queue != NULL);

  g_atomic_rc_box_release_full (queue, clear);
}

void
thru_event_queue_stop (ThruEventQueue *queue)
{
  g_return_if_fail (queue != NULL);

  queue->stopped = TRUE;
  g_source_destroy (queue->source);
}

static gboolean
only_informs (const ThruEngineEvent *event)
{
  return event->type == THRU_ENGINE_DIALING || event->type == THRU_ENGINE_DIAL_FAILED ||
         event->type == THRU_ENGINE_LINK_TIMING ||
         (event->type == THRU_ENGINE_SYSEX && event->sysex.state == THRU_SYSEX_PROGRESS) ||
         (event->type == THRU_ENGINE_LINK_MESSAGE && event->message->type == THRU_SESSION_ACTIVITY);
}

gboolean
thru_event_queue_push (ThruEventQueue  *queue,
                       ThruEngineEvent *event)
{
  g_autoptr(ThruEngineEvent) owned = event;
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_val_if_fail (queue != NULL, FALSE);
  g_return_val_if_fail (event != NULL, FALSE);

  locker = g_mutex_locker_new (&queue->mutex);

  if (only_informs (event) && g_queue_get_length (&queue->events) >= THRU_LIMIT_EVENTS_SPARE)
    return TRUE;

  if (event->type == THRU_ENGINE_LINK_MESSAGE)
    {
      gpointer link = GUINT_TO_POINTER (event->link);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (queue->per_link, link));

      if (n >= THRU_LIMIT_EVENTS_PER_LINK)
        return FALSE;

      g_hash_table_insert (queue->per_link, link, GUINT_TO_POINTER (n + 1));
    }

  g_queue_push_tail (&queue->events, g_steal_pointer (&owned));
  g_source_set_ready_time (queue->source, 0);
  return TRUE;
}
