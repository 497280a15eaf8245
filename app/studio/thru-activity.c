/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-activity.h"

#include "thru-meter.h"

#include <glib-unix.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef struct
{
  guint            number;
  ThruActivityFunc func;
  gpointer         user;
} Waiter;

/* For the whole program and its whole life, as the watch is. */
static int wake_fd = -1;
static unsigned watch;
static GQueue waiters = G_QUEUE_INIT;
static guint last_number;

/* On the thread that counted: the engine's, most often. */
static void
wake (void)
{
  const guint64 one = 1;
  gssize written = write (wake_fd, &one, sizeof one);

  (void) written; /* full means that it is awake already */
}

static gboolean
woken_cb (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  guint64 n;
  gssize n_read = read (fd, &n, sizeof n);
  guint last = last_number;
  Waiter *waiter;

  (void) n_read;
  /* Those who wait again meanwhile come later, and any of them may cancel another. */
  while ((waiter = g_queue_peek_head (&waiters)) != NULL && waiter->number <= last)
    {
      ThruActivityFunc func = waiter->func;
      gpointer user = waiter->user;

      g_free (g_queue_pop_head (&waiters));
      func (user);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
start (void)
{
  wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0)
    return FALSE;

  watch = thru_meter_watch_add (wake);
  g_unix_fd_add (wake_fd, G_IO_IN, woken_cb, NULL);
  return TRUE;
}

guint
thru_activity_wait (ThruActivityFunc func,
                    gpointer         user)
{
  Waiter *waiter;

  g_return_val_if_fail (func != NULL, 0);

  if (wake_fd < 0 && !start ())
    return 0;

  waiter = g_new0 (Waiter, 1);
  waiter->number = ++last_number;
  waiter->func = func;
  waiter->user = user;
  g_queue_push_tail (&waiters, waiter);
  thru_meter_watch_arm (watch);
  return waiter->number;
}

void
thru_activity_cancel (guint number)
{
  for (GList *link = waiters.head; link != NULL; link = link->next)
    {
      Waiter *waiter = link->data;

      if (waiter->number != number)
        continue;

      g_queue_delete_link (&waiters, link);
      g_free (waiter);
      return;
    }
}
