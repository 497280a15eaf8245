/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-demo-port-private.h"

#include <sys/eventfd.h>
#include <unistd.h>

#define KEEP_MAX (16 * 1024 * 1024) /* octets kept for thru_demo_port_take() */
#define STEP_US 125000              /* a semiquaver at 120 */
#define N_STEPS 16

typedef struct
{
  void                *key;
  ThruBackendInputFunc func;
  void                *user;
} Listener;

/* All members under the lock. */
struct _ThruDemoPort
{
  int           n_refs;
  char         *name;
  char         *place;        /* nullable, as the next two */
  char         *serial;
  char         *holder;
  ThruDirection direction;
  gboolean      refusing;
  gboolean      stuck;
  gboolean      there;        /* FALSE once it was removed */
  gboolean      keeps;        /* a test added it */
  gboolean      threaded;
  gboolean      blocked;
  guint         pace;
  GArray       *listeners;    /* of Listener */
  GByteArray   *kept;
};

static GMutex lock;
static GCond changed;
static GPtrArray *ports; /* owned, of ThruDemoPort */
static int watch_fd = -1;
static gboolean broken;
static gboolean hangs;

/* What the devices of the demonstration play: note, or 0 for none, at each step. */
static const uint8_t keyboard_steps[N_STEPS] = { 48, 0, 60, 0, 63, 0, 67, 0, 44, 0, 60, 0, 63, 0, 68, 0 };
static const uint8_t pads_steps[N_STEPS] = { 36, 0, 0, 42, 38, 0, 42, 0, 36, 0, 36, 42, 38, 0, 42, 42 };

static void
unref_locked (ThruDemoPort *port)
{
  if (--port->n_refs > 0)
    return;

  g_free (port->name);
  g_free (port->place);
  g_free (port->serial);
  g_free (port->holder);
  g_array_unref (port->listeners);
  g_byte_array_unref (port->kept);
  g_free (port);
}

static void
announce_locked (void)
{
  uint64_t one = 1;

  if (watch_fd >= 0 && write (watch_fd, &one, sizeof one) < 0)
    g_debug ("The simulated list of ports is watched by nobody");
  g_cond_broadcast (&changed);
}

static ThruDemoPort *
add_locked (const char   *name,
            ThruDirection direction,
            gboolean      keeps)
{
  ThruDemoPort *port = g_new0 (ThruDemoPort, 1);

  port->n_refs = 1;
  port->name = g_strdup (name);
  port->direction = direction;
  port->there = TRUE;
  port->keeps = keeps;
  port->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
  port->kept = g_byte_array_new ();
  g_ptr_array_add (ports, port);
  return port;
}

static ThruDemoPort *
find_locked (const char   *name,
             ThruDirection direction)
{
  for (guint i = 0; ports != NULL && i < ports->len; i++)
    {
      ThruDemoPort *port = g_ptr_array_index (ports, i);

      if (port->direction == direction && g_str_equal (port->name, name))
        return port;
    }
  return NULL;
}

static void
remove_locked (ThruDemoPort *port)
{
  port->there = FALSE;
  port->blocked = FALSE;
  g_ptr_array_remove (ports, port);
}

/* Listeners are called with the lock held, so that none is called after it stopped listening. */
static gboolean
play_locked (ThruDemoPort  *port,
             const uint8_t *bytes,
             size_t         length)
{
  for (guint i = 0; i < port->listeners->len; i++)
    {
      Listener *listener = &g_array_index (port->listeners, Listener, i);

      listener->func (listener->user, bytes, length);
    }
  return port->listeners->len > 0;
}

static void
play_step_locked (const char    *name,
                  const uint8_t *steps,
                  guint          step,
                  uint8_t        channel)
{
  ThruDemoPort *port = find_locked (name, THRU_DIRECTION_SOURCE);
  uint8_t before = steps[(step + N_STEPS - 1) % N_STEPS];
  uint8_t off[] = { (uint8_t) (0x80 | channel), before, 64 };
  uint8_t on[] = { (uint8_t) (0x90 | channel), steps[step], (uint8_t) (step % 4 == 0 ? 56 : 40) };

  if (port == NULL || port->keeps)
    return;
  if (before != 0)
    play_locked (port, off, sizeof off);
  if (steps[step] != 0)
    play_locked (port, on, sizeof on);
}

static gboolean
anybody_listens_locked (void)
{
  for (guint i = 0; ports != NULL && i < ports->len; i++)
    {
      ThruDemoPort *port = g_ptr_array_index (ports, i);

      if (!port->keeps && port->listeners->len > 0)
        return TRUE;
    }
  return FALSE;
}

static gpointer
play_thread (gpointer unused)
{
  gint64 next = g_get_monotonic_time ();

  g_mutex_lock (&lock);
  for (guint step = 0;; step = (step + 1) % N_STEPS)
    {
      while (!anybody_listens_locked ())
        {
          g_cond_wait (&changed, &lock);
          next = g_get_monotonic_time ();
        }
      play_step_locked ("Demo Keyboard", keyboard_steps, step, 0);
      play_step_locked ("Demo Drum Pads", pads_steps, step, 9);
      next += STEP_US;
      while (g_cond_wait_until (&changed, &lock, next))
        ;
    }
  return NULL;
}

static void
init_locked (void)
{
  if (ports != NULL)
    return;

  ports = g_ptr_array_new_with_free_func ((GDestroyNotify) unref_locked);
  watch_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  add_locked ("Demo Keyboard", THRU_DIRECTION_SOURCE, FALSE);
  add_locked ("Demo Drum Pads", THRU_DIRECTION_SOURCE, FALSE);
  add_locked ("Demo Synth", THRU_DIRECTION_DESTINATION, FALSE);
  add_locked ("Demo Recorder", THRU_DIRECTION_DESTINATION, FALSE);
  g_thread_unref (g_thread_new ("demo devices", play_thread, NULL));
}

gboolean
_thru_demo_ports_work (void)
{
  gboolean works;

  g_mutex_lock (&lock);
  init_locked ();
  while (hangs)
    g_cond_wait (&changed, &lock);
  works = !broken;
  g_mutex_unlock (&lock);
  return works;
}

int
_thru_demo_ports_watch_fd (void)
{
  int fd;

  g_mutex_lock (&lock);
  init_locked ();
  fd = watch_fd;
  g_mutex_unlock (&lock);
  return fd;
}

char **
_thru_demo_ports_list (ThruDirection direction)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new ();

  g_mutex_lock (&lock);
  init_locked ();
  for (guint i = 0; i < ports->len; i++)
    {
      ThruDemoPort *port = g_ptr_array_index (ports, i);

      if (port->direction == direction)
        g_ptr_array_add (names, g_strdup (port->name));
    }
  g_mutex_unlock (&lock);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

void
_thru_demo_ports_locate (const char *name,
                         char      **place,
                         char      **serial)
{
  ThruDemoPort *port;

  g_mutex_lock (&lock);
  port = find_locked (name, THRU_DIRECTION_SOURCE);
  if (port == NULL)
    port = find_locked (name, THRU_DIRECTION_DESTINATION);
  if (port != NULL)
    {
      *place = g_strdup (port->place);
      *serial = g_strdup (port->serial);
    }
  g_mutex_unlock (&lock);
}

char *
_thru_demo_ports_get_holder (const char   *name,
                             ThruDirection direction)
{
  ThruDemoPort *port;
  char *holder;

  g_mutex_lock (&lock);
  port = find_locked (name, direction);
  holder = port != NULL ? g_strdup (port->holder) : NULL;
  g_mutex_unlock (&lock);
  return holder;
}

ThruDemoPort *
_thru_demo_port_open (const char   *name,
                      ThruDirection direction)
{
  ThruDemoPort *port;

  g_mutex_lock (&lock);
  while (hangs)
    g_cond_wait (&changed, &lock);
  port = broken ? NULL : find_locked (name, direction);
  if (port != NULL && port->refusing)
    port = NULL;
  if (port != NULL)
    port->n_refs++;
  while (port != NULL && port->stuck)
    g_cond_wait (&changed, &lock);
  g_mutex_unlock (&lock);
  return port;
}

gboolean
_thru_demo_port_is_threaded (ThruDemoPort *port)
{
  gboolean threaded;

  g_mutex_lock (&lock);
  threaded = port->threaded;
  g_mutex_unlock (&lock);
  return threaded;
}

guint
_thru_demo_port_get_pace (ThruDemoPort *port)
{
  guint pace;

  g_mutex_lock (&lock);
  pace = port->pace;
  g_mutex_unlock (&lock);
  return pace;
}

gboolean
_thru_demo_port_is_there (ThruDemoPort *port)
{
  gboolean there;

  g_mutex_lock (&lock);
  there = port->there && !broken;
  g_mutex_unlock (&lock);
  return there;
}

void
_thru_demo_port_listen (ThruDemoPort        *port,
                        void                *key,
                        ThruBackendInputFunc func,
                        void                *user)
{
  Listener listener = { key, func, user };

  g_mutex_lock (&lock);
  for (guint i = 0; i < port->listeners->len; i++)
    if (g_array_index (port->listeners, Listener, i).key == key)
      {
        g_array_remove_index (port->listeners, i);
        break;
      }
  if (func != NULL)
    g_array_append_val (port->listeners, listener);
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

void
_thru_demo_port_receive (ThruDemoPort  *port,
                         const uint8_t *bytes,
                         size_t         length)
{
  g_mutex_lock (&lock);
  while (port->blocked)
    g_cond_wait (&changed, &lock);
  if (port->keeps && port->there && port->kept->len + length <= KEEP_MAX)
    g_byte_array_append (port->kept, bytes, (guint) length);
  g_mutex_unlock (&lock);
}

void
_thru_demo_port_unref (ThruDemoPort *port)
{
  g_mutex_lock (&lock);
  unref_locked (port);
  g_mutex_unlock (&lock);
}

void
thru_demo_ports_clear (void)
{
  g_mutex_lock (&lock);
  init_locked ();
  while (ports->len > 0)
    remove_locked (g_ptr_array_index (ports, ports->len - 1));
  broken = FALSE;
  hangs = FALSE;
  announce_locked ();
  g_mutex_unlock (&lock);
}

void
thru_demo_ports_set_working (gboolean working)
{
  g_mutex_lock (&lock);
  init_locked ();
  broken = !working;
  announce_locked ();
  g_mutex_unlock (&lock);
}

void
thru_demo_ports_set_hanging (gboolean hanging)
{
  g_mutex_lock (&lock);
  init_locked ();
  hangs = hanging;
  announce_locked ();
  g_mutex_unlock (&lock);
}

gboolean
thru_demo_port_add (const char   *name,
                    ThruDirection direction)
{
  gboolean added;

  g_return_val_if_fail (name != NULL, FALSE);

  g_mutex_lock (&lock);
  init_locked ();
  added = find_locked (name, direction) == NULL;
  if (added)
    add_locked (name, direction, TRUE);
  announce_locked ();
  g_mutex_unlock (&lock);
  return added;
}

gboolean
thru_demo_port_remove (const char   *name,
                       ThruDirection direction)
{
  ThruDemoPort *port;

  g_return_val_if_fail (name != NULL, FALSE);

  g_mutex_lock (&lock);
  port = find_locked (name, direction);
  if (port != NULL)
    remove_locked (port);
  announce_locked ();
  g_mutex_unlock (&lock);
  return port != NULL;
}

gboolean
thru_demo_port_set_place (const char   *name,
                          ThruDirection direction,
                          const char   *place,
                          const char   *serial)
{
  ThruDemoPort *port;

  g_return_val_if_fail (name != NULL, FALSE);

  g_mutex_lock (&lock);
  port = find_locked (name, direction);
  if (port != NULL)
    {
      g_free (port->place);
      g_free (port->serial);
      port->place = g_strdup (place);
      port->serial = g_strdup (serial);
    }
  announce_locked ();
  g_mutex_unlock (&lock);
  return port != NULL;
}

gboolean
thru_demo_port_set_refusing (const char   *name,
                             ThruDirection direction,
                             gboolean      refusing,
                             const char   *holder)
{
  ThruDemoPort *port;

  g_return_val_if_fail (name != NULL, FALSE);

  g_mutex_lock (&lock);
  port = find_locked (name, direction);
  if (port != NULL)
    {
      g_free (port->holder);
      port->holder = g_strdup (holder);
      port->refusing = refusing;
    }
  g_mutex_unlock (&lock);
  return port != NULL;
}

gboolean
thru_demo_port_set_stuck (const char   *name,
                          ThruDirection direction,
                          gboolean      stuck)
{
  ThruDemoPort *port;

  g_return_val_if_fail (name != NULL, FALSE);

  g_mutex_lock (&lock);
  port = find_locked (name, direction);
  if (port != NULL)
    port->stuck = stuck;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
  return port != NULL;
}

gboolean
thru_demo_port_inject (const char    *name,
                       const uint8_t *bytes,
                       size_t         length)
{
  ThruDemoPort *port;
  gboolean heard;

  g_return_val_if_fail (name != NULL, FALSE);

  g_mutex_lock (&lock);
  port = find_locked (name, THRU_DIRECTION_SOURCE);
  heard = port != NULL && play_locked (port, bytes, length);
  g_mutex_unlock (&lock);
  return heard;
}

GBytes *
thru_demo_port_take (const char *name)
{
  ThruDemoPort *port;
  g_autoptr(GByteArray) taken = g_byte_array_new ();

  g_return_val_if_fail (name != NULL, NULL);

  g_mutex_lock (&lock);
  port = find_locked (name, THRU_DIRECTION_DESTINATION);
  if (port != NULL)
    {
      GByteArray *kept = port->kept;

      port->kept = g_steal_pointer (&taken);
      taken = kept;
    }
  g_mutex_unlock (&lock);
  return g_byte_array_free_to_bytes (g_steal_pointer (&taken));
}

gboolean
thru_demo_port_set_threaded (const char *name,
                             gboolean    threaded)
{
  ThruDemoPort *port;

  g_return_val_if_fail (name != NULL, FALSE);

  g_mutex_lock (&lock);
  port = find_locked (name, THRU_DIRECTION_DESTINATION);
  if (port != NULL)
    port->threaded = threaded;
  g_mutex_unlock (&lock);
  return port != NULL;
}

gboolean
thru_demo_port_set_pace (const char *name,
                         guint       pace)
{
  ThruDemoPort *port;

  g_return_val_if_fail (name != NULL, FALSE);

  g_mutex_lock (&lock);
  port = find_locked (name, THRU_DIRECTION_DESTINATION);
  if (port != NULL)
    port->pace = pace;
  g_mutex_unlock (&lock);
  return port != NULL;
}

gboolean
thru_demo_port_set_blocked (const char *name,
                            gboolean    blocked)
{
  ThruDemoPort *port;

  g_return_val_if_fail (name != NULL, FALSE);

  g_mutex_lock (&lock);
  port = find_locked (name, THRU_DIRECTION_DESTINATION);
  if (port != NULL)
    port->blocked = blocked;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
  return port != NULL;
}
