/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-sender.h"

#include "thru-pace.h"
#include "thru-ring.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define URGENT_QUEUE 4096 /* octets of realtime that may overtake a System Exclusive */
#define DEAD_PAUSE_US 20000
#define CABLE_PIECE 64 /* octets: on a cable, realtime waits 20 ms for one at the most */
#define AHEAD 4        /* pieces of a System Exclusive that may wait for the thread */
#define BREAK 0xF4     /* in the queue: what was begun before is broken off */

typedef enum
{
  ORDER_RUN,
  ORDER_FINISH,
  ORDER_ABORT,
} Order;

struct _ThruSender
{
  ThruBackendPort      *port;
  ThruSenderDoneFunc    done_func;
  void                 *user;
  ThruRing             *queue;
  ThruRing             *urgent;
  int                   wake_fd;
  atomic_int            order;
  atomic_int            tid;
  atomic_uint           pending; /* messages accepted for the thread and not yet sent whole; while it is 0 the thread keeps
                                  * its hands off the port */
  atomic_uint           breaks;    /* BREAKs in the queue, or about to be */
  atomic_uint           long_ones; /* of those, System Exclusive that is sent in pieces */
  atomic_uint_least64_t busy_since; /* CLOCK_MONOTONIC, microseconds; 0: no send under way */

  /* Under the lock. */
  GMutex   lock;
  GCond    changed;
  gboolean done;

  /* The thread's. */
  uint8_t *piece;
  size_t   piece_length;           /* 0: none at hand */
  uint64_t piece_us;               /* when it was played */
  gboolean continues;              /* the piece at hand, or the next, continues a System Exclusive */
  gint64   finish_by;

  /* Of whoever may touch the port. */
  ThruCablePace cable;
};

static void
wake (ThruSender *sender)
{
  uint64_t one = 1;
  ssize_t n;

  do
    n = write (sender->wake_fd, &one, sizeof one);
  while (n < 0 && errno == EINTR);
}

/* Until somebody wakes us, or @us microseconds; negative: for ever. */
static void
pause_until_woken (ThruSender *sender,
                   gint64      us)
{
  struct pollfd fd = { .fd = sender->wake_fd, .events = POLLIN };
  struct timespec time = { .tv_sec = us / G_USEC_PER_SEC, .tv_nsec = us % G_USEC_PER_SEC * 1000 };
  uint64_t n;

  if (ppoll (&fd, 1, us < 0 ? NULL : &time, NULL) > 0 && read (sender->wake_fd, &n, sizeof n) < 0)
    g_debug ("Woken for nothing");
}

static size_t
piece_of (ThruSender *sender)
{
  return sender->port->pace > 0 ? MIN (CABLE_PIECE, sender->port->backend->piece) : sender->port->backend->piece;
}

static gint64
cable_delay_us (ThruSender *sender)
{
  return thru_cable_pace_get_delay (&sender->cable, g_get_monotonic_time ());
}

static void
charge_cable (ThruSender *sender,
              size_t      length)
{
  thru_cable_pace_charge (&sender->cable, length, g_get_monotonic_time ());
}

static void
send_now (ThruSender    *sender,
          const uint8_t *bytes,
          size_t         length,
          uint64_t       time_us)
{
  charge_cable (sender, length);
  sender->port->time_us = time_us;
  atomic_store (&sender->busy_since, (uint64_t) g_get_monotonic_time ());
  sender->port->backend->send (sender->port, bytes, length);
  atomic_store (&sender->busy_since, 0);
}

/* Realtime goes between the pieces of what is long, and before what waits behind it. */
static gboolean
is_urgent_due (ThruSender *sender)
{
  return thru_ring_fill (sender->urgent) > 0 && (sender->continues || atomic_load (&sender->long_ones) == 0);
}

static gint64
send_urgent (ThruSender *sender)
{
  uint8_t bytes[4];
  uint64_t time_us;
  uint64_t delay_us = sender->port->backend->delay_us (sender->port, 1, FALSE);
  size_t length;

  if (delay_us > 0)
    return (gint64) delay_us;
  length = thru_ring_read (sender->urgent, &time_us, bytes, sizeof bytes, NULL);
  send_now (sender, bytes, length, time_us);
  atomic_fetch_sub (&sender->pending, 1);
  return 0;
}

/* Only whole messages are accepted, so a piece that does not end in F7 has a follower. */
static void
send_piece (ThruSender *sender)
{
  gboolean continued = sender->continues;
  gboolean is_sysex = continued || sender->piece[0] == 0xF0;

  send_now (sender, sender->piece, sender->piece_length, sender->piece_us);
  sender->continues = is_sysex && sender->piece[sender->piece_length - 1] != 0xF7;
  sender->piece_length = 0;
  if (sender->continues)
    return;
  if (continued)
    atomic_fetch_sub (&sender->long_ones, 1);
  atomic_fetch_sub (&sender->pending, 1);
}

static gboolean
is_part_of_long (const uint8_t *piece,
                 size_t         length)
{
  return piece[0] < 0x80 || piece[0] == 0xF7 || (piece[0] == 0xF0 && piece[length - 1] != 0xF7);
}

static void
end_sysex (ThruSender *sender)
{
  static const uint8_t end = 0xF7;

  if (sender->continues)
    send_now (sender, &end, 1, sender->piece_us);
  sender->continues = FALSE;
}

/* Whether the piece at hand is of what was broken off, and so is thrown away. */
static gboolean
take_break (ThruSender *sender)
{
  if (sender->piece[0] == BREAK)
    {
      end_sysex (sender);
      atomic_fetch_sub (&sender->long_ones, 1);
      atomic_fetch_sub (&sender->pending, 1);
      atomic_fetch_sub (&sender->breaks, 1);
    }
  else if (atomic_load (&sender->breaks) == 0 || !is_part_of_long (sender->piece, sender->piece_length))
    {
      return FALSE;
    }
  sender->piece_length = 0;
  return TRUE;
}

static gint64
delay_us (ThruSender *sender)
{
  gint64 backend_us = (gint64) sender->port->backend->delay_us (sender->port, sender->piece_length, sender->continues);

  if (!sender->continues && sender->piece[0] != 0xF0)
    return backend_us;
  return MAX (backend_us, cable_delay_us (sender));
}

/* How long to pause now, microseconds; 0: there is more to do; negative: there is nothing to do. */
static gint64
send_some (ThruSender *sender)
{
  const ThruMidiBackend *backend = sender->port->backend;
  gint64 wait_us;

  if (!backend->is_alive (sender->port))
    return atomic_load (&sender->order) == ORDER_RUN ? DEAD_PAUSE_US : -1;
  if (is_urgent_due (sender))
    return send_urgent (sender);

  if (sender->piece_length == 0)
    sender->piece_length = thru_ring_read (sender->queue, &sender->piece_us, sender->piece, piece_of (sender), NULL);
  if (sender->piece_length == 0)
    return is_urgent_due (sender) ? 0 : -1;
  if (take_break (sender))
    return 0;

  wait_us = delay_us (sender);
  if (wait_us == 0)
    send_piece (sender);
  return wait_us;
}

static gboolean
is_time_up (ThruSender *sender)
{
  if (sender->finish_by == 0)
    sender->finish_by = g_get_monotonic_time () + THRU_SENDER_FINISH_US;
  return g_get_monotonic_time () > sender->finish_by;
}

static gpointer
run (gpointer user)
{
  ThruSender *sender = user;
  ThruSenderDoneFunc done_func = sender->done_func;
  void *done_user = sender->user;

  atomic_store (&sender->tid, (int) gettid ());
  for (;;)
    {
      int order = atomic_load (&sender->order);
      gint64 pause_us;

      if (order == ORDER_ABORT || (order == ORDER_FINISH && is_time_up (sender)))
        break;
      pause_us = send_some (sender);
      if (pause_us < 0 && order == ORDER_FINISH)
        break;
      if (pause_us != 0)
        pause_until_woken (sender, pause_us);
    }

  if (atomic_load (&sender->order) != ORDER_ABORT && sender->port->backend->is_alive (sender->port))
    end_sysex (sender);

  g_mutex_lock (&sender->lock);
  sender->done = TRUE;
  g_cond_broadcast (&sender->changed);
  g_mutex_unlock (&sender->lock);
  done_func (done_user);
  return NULL;
}

ThruSender *
thru_sender_new (ThruBackendPort   *port,
                 ThruSenderDoneFunc done,
                 void              *user)
{
  ThruSender *sender;

  g_return_val_if_fail (port != NULL, NULL);
  g_return_val_if_fail (done != NULL, NULL);

  sender = g_new0 (ThruSender, 1);
  sender->port = port;
  sender->cable.rate = port->pace;
  sender->done_func = done;
  sender->user = user;
  sender->queue = thru_ring_new (THRU_SENDER_QUEUE);
  sender->urgent = thru_ring_new (URGENT_QUEUE);
  sender->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  sender->piece = g_malloc (port->backend->piece);
  g_mutex_init (&sender->lock);
  g_cond_init (&sender->changed);
  /* Never joined: it may hang. */
  g_thread_unref (g_thread_new ("midi output", run, sender));
  return sender;
}

/* Undefined statuses confuse ALSA's encoder; without an F7 we could not tell where a System Exclusive ends. */
static bool
is_playable (const uint8_t *message,
             size_t         length)
{
  if (length == 0 || length > THRU_SENDER_QUEUE / 2)
    return false;

  switch (message[0])
    {
    case 0xF4:
    case 0xF5:
    case 0xF7:
    case 0xF9:
    case 0xFD:
      return false;

    case 0xF0:
      return message[length - 1] == 0xF7;

    default:
      return message[0] >= 0x80;
    }
}

bool
thru_sender_send (ThruSender    *sender,
                  const uint8_t *message,
                  size_t         length,
                  uint64_t       time_us)
{
  const ThruMidiBackend *backend = sender->port->backend;
  bool is_long = length > piece_of (sender);
  bool is_urgent;

  if (!is_playable (message, length))
    return true;

  if (atomic_load (&sender->pending) == 0 && sender->port->direct && !is_long &&
      backend->delay_us (sender->port, length, FALSE) == 0 && (message[0] != 0xF0 || cable_delay_us (sender) == 0))
    {
      charge_cable (sender, length);
      sender->port->time_us = time_us;
      backend->send (sender->port, message, length);
      return true;
    }

  is_urgent = message[0] >= 0xF8 && atomic_load (&sender->long_ones) > 0;
  /* First, so that the thread can not count it down before it is counted up. */
  atomic_fetch_add (&sender->pending, 1);
  atomic_fetch_add (&sender->long_ones, is_long);
  if (!thru_ring_write (is_urgent ? sender->urgent : sender->queue, time_us, message, length))
    {
      atomic_fetch_sub (&sender->long_ones, is_long);
      atomic_fetch_sub (&sender->pending, 1);
      return false;
    }
  wake (sender);
  return true;
}

size_t
thru_sender_take_sysex (ThruSender    *sender,
                        const uint8_t *octets,
                        size_t         length,
                        size_t         at,
                        uint64_t       time_us)
{
  size_t piece = piece_of (sender);
  size_t n = MIN (piece, length - at);
  bool is_first = at == 0;
  bool is_long = length > piece;

  if (thru_ring_fill (sender->queue) > AHEAD * piece)
    return 0;

  if (is_first)
    {
      atomic_fetch_add (&sender->pending, 1);
      atomic_fetch_add (&sender->long_ones, is_long);
    }
  if (!thru_ring_write (sender->queue, time_us, octets + at, n))
    {
      if (is_first)
        {
          atomic_fetch_sub (&sender->long_ones, is_long);
          atomic_fetch_sub (&sender->pending, 1);
        }
      return 0;
    }
  wake (sender);
  return n;
}

bool
thru_sender_break_sysex (ThruSender *sender)
{
  static const uint8_t end = BREAK;

  /* First, so that the thread throws away what stands before it in the queue. */
  atomic_fetch_add (&sender->breaks, 1);
  if (!thru_ring_write (sender->queue, 0, &end, 1))
    {
      atomic_fetch_sub (&sender->breaks, 1);
      return false;
    }
  wake (sender);
  return true;
}

uint64_t
thru_sender_sysex_duration (ThruSender *sender,
                            size_t      length)
{
  guint rate = sender->port->pace > 0 ? sender->port->pace : sender->port->backend->rate;

  return rate > 0 ? (uint64_t) length * G_USEC_PER_SEC / rate : 0;
}

guint
thru_sender_take_late (ThruSender *sender)
{
  return thru_jack_cycle_take_late (sender->port->cycle);
}

bool
thru_sender_is_stuck (ThruSender *sender)
{
  uint64_t since = atomic_load (&sender->busy_since);

  return since != 0 && (uint64_t) g_get_monotonic_time () > since + THRU_SENDER_STUCK_US;
}

void
thru_sender_finish (ThruSender *sender)
{
  int run_order = ORDER_RUN;

  atomic_compare_exchange_strong (&sender->order, &run_order, ORDER_FINISH);
  wake (sender);
}

void
thru_sender_abort (ThruSender *sender)
{
  static const struct sched_param param;

  atomic_store (&sender->order, ORDER_ABORT);
  wake (sender);
  /* RtMidi waits for room in JACK's ring in a busy loop: it must not take the processor from those who play. */
  if (thru_sender_is_stuck (sender) && sched_setscheduler (atomic_load (&sender->tid), SCHED_IDLE, &param) < 0)
    g_debug ("Can not lower the priority of a thread that hangs: %s", g_strerror (errno));
}

bool
thru_sender_is_done (ThruSender *sender,
                     gint64      wait_us)
{
  gint64 until = g_get_monotonic_time () + wait_us;
  bool done;

  g_mutex_lock (&sender->lock);
  while (!sender->done && wait_us > 0 && g_cond_wait_until (&sender->changed, &sender->lock, until))
    ;
  done = sender->done;
  g_mutex_unlock (&sender->lock);
  return done;
}

void
thru_sender_free (ThruSender *sender)
{
  if (sender == NULL)
    return;
  thru_ring_free (sender->queue);
  thru_ring_free (sender->urgent);
  close (sender->wake_fd);
  g_mutex_clear (&sender->lock);
  g_cond_clear (&sender->changed);
  g_free (sender->piece);
  g_free (sender);
}
