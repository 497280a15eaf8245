/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-event-queue.h"
#include "thru-limits.h"

/* A turn of the main loop, after which the window may draw for as long. */
#define TURN_US 4000

/* What one link said, in order. */
typedef struct
{
  ThruLinkId link;
  GQueue     events;            /* (element-type ThruEngineEvent) */
} Talk;

struct _ThruEventQueue
{
  ThruEngineEventFunc func;
  gpointer            user;
  GSource            *source;
  gboolean            stopped;  /* only on the thread that made it */

  GMutex              mutex;
  GQueue              events;   /* (element-type ThruEngineEvent): what links do comes before what they say */
  GHashTable         *talks;    /* (element-type ThruLinkId Talk), none empty */
  GQueue              turns;    /* (element-type Talk): one message of each, so that none waits for who talks most */
  guint               n_said;   /* messages in all of them */
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
  g_clear_pointer (&event->meter, thru_meter_unref);
  g_free (event);
}

static void
talk_free (Talk *talk)
{
  g_queue_clear_full (&talk->events, (GDestroyNotify)thru_engine_event_free);
  g_free (talk);
}

static ThruEngineEvent *
pop (ThruEventQueue *queue)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&queue->mutex);
  ThruEngineEvent *event = g_queue_pop_head (&queue->events);
  Talk *talk;

  if (event != NULL)
    return event;

  talk = g_queue_pop_head (&queue->turns);
  if (talk == NULL)
    return NULL;

  event = g_queue_pop_head (&talk->events);
  queue->n_said--;
  if (g_queue_is_empty (&talk->events))
    g_hash_table_remove (queue->talks, GUINT_TO_POINTER (talk->link));
  else
    g_queue_push_tail (&queue->turns, talk);
  return event;
}

static gboolean
is_empty (ThruEventQueue *queue)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&queue->mutex);

  return g_queue_is_empty (&queue->events) && g_queue_is_empty (&queue->turns);
}

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    user)
{
  ThruEventQueue *queue = g_atomic_rc_box_acquire (((Source *)source)->queue);
  gint64 began_us = g_get_monotonic_time ();
  gint64 now_us = began_us;

  g_source_set_ready_time (source, -1);

  while (!queue->stopped && now_us - began_us < TURN_US)
    {
      g_autoptr(ThruEngineEvent) event = pop (queue);

      if (event == NULL)
        break;

      queue->func (event, queue->user);
      now_us = g_get_monotonic_time ();
    }

  if (!queue->stopped && !is_empty (queue))
    g_source_set_ready_time (source, now_us + (now_us - began_us));

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
  queue->talks = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)talk_free);
  g_queue_init (&queue->turns);
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
  g_queue_clear (&queue->turns);
  g_hash_table_unref (queue->talks);
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

static gboolean
has_said_enough (ThruEventQueue *queue,
                 Talk           *talk)
{
  guint n = g_queue_get_length (&talk->events);

  return n >= THRU_LIMIT_EVENTS_PER_LINK || (n >= THRU_LIMIT_EVENTS_SHARE && queue->n_said >= THRU_LIMIT_EVENTS_TOTAL);
}

/* FALSE: it has too much to say. */
static gboolean
say (ThruEventQueue  *queue,
     Talk            *talk,
     ThruEngineEvent *event)
{
  g_autoptr(ThruEngineEvent) owned = event;

  if (talk == NULL)
    {
      talk = g_new0 (Talk, 1);
      talk->link = event->link;
      g_queue_init (&talk->events);
      g_hash_table_insert (queue->talks, GUINT_TO_POINTER (event->link), talk);
      g_queue_push_tail (&queue->turns, talk);
    }
  else if (event->type == THRU_ENGINE_LINK_MESSAGE && has_said_enough (queue, talk))
    {
      return FALSE;
    }

  queue->n_said++;
  g_queue_push_tail (&talk->events, g_steal_pointer (&owned));
  return TRUE;
}

gboolean
thru_event_queue_push (ThruEventQueue  *queue,
                       ThruEngineEvent *event)
{
  g_autoptr(ThruEngineEvent) owned = event;
  g_autoptr(GMutexLocker) locker = NULL;
  gboolean was_empty;
  Talk *talk;

  g_return_val_if_fail (queue != NULL, FALSE);
  g_return_val_if_fail (event != NULL, FALSE);

  locker = g_mutex_locker_new (&queue->mutex);
  talk = g_hash_table_lookup (queue->talks, GUINT_TO_POINTER (event->link));
  was_empty = g_queue_is_empty (&queue->events) && g_queue_is_empty (&queue->turns);

  if (only_informs (event) &&
      g_queue_get_length (talk != NULL ? &talk->events : &queue->events) >= THRU_LIMIT_EVENTS_SPARE)
    return TRUE;

  /* The end of a link comes behind what it still said. */
  if (event->type == THRU_ENGINE_LINK_MESSAGE || talk != NULL)
    {
      if (!say (queue, talk, g_steal_pointer (&owned)))
        return FALSE;
    }
  else
    {
      g_queue_push_tail (&queue->events, g_steal_pointer (&owned));
    }

  /* Otherwise it is due already, or rests. */
  if (was_empty)
    g_source_set_ready_time (queue->source, 0);
  return TRUE;
}
