/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-jack-server.h"

#include "thru-pipewire-watch.h"
#include "thru-port-list.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define NO_START_SERVER 0x01
#define PORT_IS_INPUT 0x1
#define PORT_IS_OUTPUT 0x2
#define PORT_IS_PHYSICAL 0x4
#define MIDI_TYPE "8 bit raw midi"
#define FROZEN_US 2000000 /* a server whose time stands still for so long is as good as dead */

/* libjack's functions that are used here, as <jack/jack.h> declares them. */
static struct
{
  gboolean     looked_up;
  gboolean     found;
  void         (*set_error_function) (void ( *func ) (const char *text));
  void         (*set_info_function) (void ( *func ) (const char *text));
  void        *(*client_open) (const char *name, int options, int *status, ...);
  int          (*client_close) (void *client);
  void         (*on_shutdown) (void *client, void (*func)(void *user), void *user);
  const char **(*get_ports) (void *client, const char *name_pattern, const char *type_pattern, unsigned long flags);
  void         (*free) (void *data);
  void        *(*port_by_name) (void *client, const char *name);
  int          (*port_flags) (const void *port);
  const char **(*port_get_all_connections) (const void *client, const void *port);
  int          (*connect) (void *client, const char *source, const char *destination);
  uint32_t     (*last_frame_time) (const void *client);
  uint32_t     (*get_buffer_size) (void *client);
  uint32_t     (*get_sample_rate) (void *client);
  const char  *(*get_version_string) (void); /* may be missing */
} jack;

static atomic_uint serial;
static atomic_bool alive;
static int end_fd = -1;
static void (*end_func) (guint serial); /* atomic */
static gboolean end_told;      /* works() said so */

static GMutex lock;
static void *client;           /* under the lock */
static ThruPipewireWatch *watch; /* under the lock; NULL: not PipeWire */
static uint32_t last_frame;    /* under the lock */
static gint64 advanced_at;     /* under the lock; 0: the time of an inactive client stands still here (PipeWire) */
static uint64_t n_frames;      /* under the lock */

static void
ignore_text (const char *text)
{
}

static gboolean
look_up (const char *name,
         void       *function)
{
  void *symbol = dlsym (RTLD_DEFAULT, name);

  *(void **) function = symbol;
  return symbol != NULL;
}

/* libjack reports each attempt to join a missing server on stderr, several lines a second. */
static gboolean
find_library (void)
{
  if (jack.looked_up)
    return jack.found;

  jack.looked_up = TRUE;
  jack.found = look_up ("jack_set_error_function", &jack.set_error_function)
               && look_up ("jack_set_info_function", &jack.set_info_function)
               && look_up ("jack_client_open", &jack.client_open)
               && look_up ("jack_client_close", &jack.client_close)
               && look_up ("jack_on_shutdown", &jack.on_shutdown)
               && look_up ("jack_get_ports", &jack.get_ports)
               && look_up ("jack_free", &jack.free)
               && look_up ("jack_port_by_name", &jack.port_by_name)
               && look_up ("jack_port_flags", &jack.port_flags)
               && look_up ("jack_port_get_all_connections", &jack.port_get_all_connections)
               && look_up ("jack_connect", &jack.connect)
               && look_up ("jack_last_frame_time", &jack.last_frame_time)
               && look_up ("jack_get_buffer_size", &jack.get_buffer_size)
               && look_up ("jack_get_sample_rate", &jack.get_sample_rate);
  if (!jack.found)
    return FALSE;
  look_up ("jack_get_version_string", &jack.get_version_string);

  jack.set_error_function (ignore_text);
  jack.set_info_function (ignore_text);
  end_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  return TRUE;
}

/* On a thread of libjack. A thread that was left to itself may bring the news of an earlier server: hence the number. */
static void
server_ended (void *user)
{
  void (*func) (guint serial);
  uint64_t one = 1;

  if (GPOINTER_TO_UINT (user) != atomic_load (&serial))
    return;
  atomic_store (&alive, false);
  func = g_atomic_pointer_get (&end_func);
  if (func != NULL)
    func (GPOINTER_TO_UINT (user));
  if (write (end_fd, &one, sizeof one) < 0)
    g_debug ("Can not tell that the JACK server ended");
}

static gboolean
is_pipewire (void)
{
  return jack.get_version_string != NULL && strstr (jack.get_version_string (), "PipeWire") != NULL;
}

static void
join_server (void)
{
  g_autofree char *name = g_strdup_printf (THRU_PORT_OWN_PREFIX "-%d", (int) getpid ());
  void *joined = jack.client_open (name, NO_START_SERVER, NULL);
  guint number;
  gboolean late;

  if (joined == NULL)
    return;

  g_mutex_lock (&lock);
  late = client != NULL;
  g_mutex_unlock (&lock);
  if (late)
    {
      /* This hung for so long that another thread joined meanwhile. */
      jack.client_close (joined);
      return;
    }
  number = atomic_fetch_add (&serial, 1) + 1;
  atomic_store (&alive, true);
  jack.on_shutdown (joined, server_ended, GUINT_TO_POINTER (number));
  g_mutex_lock (&lock);
  client = joined;
  watch = is_pipewire () ? thru_pipewire_watch_new (server_ended, GUINT_TO_POINTER (number)) : NULL;
  last_frame = jack.last_frame_time (joined);
  advanced_at = 0;
  n_frames = 0;
  g_mutex_unlock (&lock);
  end_told = FALSE;
}

static void
advance_locked (void)
{
  uint32_t frame = jack.last_frame_time (client);

  if (frame == last_frame)
    return;
  n_frames += frame - last_frame;
  last_frame = frame;
  advanced_at = g_get_monotonic_time ();
}

static gboolean
is_frozen (void)
{
  gboolean frozen = FALSE;

  g_mutex_lock (&lock);
  if (client != NULL)
    {
      gint64 before = advanced_at;

      advance_locked ();
      frozen = before != 0 && advanced_at == before && g_get_monotonic_time () - before > FROZEN_US;
    }
  g_mutex_unlock (&lock);
  return frozen;
}

gboolean
thru_jack_server_works (void)
{
  gboolean joined;

  if (!find_library ())
    return FALSE;

  g_mutex_lock (&lock);
  joined = client != NULL;
  g_mutex_unlock (&lock);
  if (joined && atomic_load (&alive) && !is_frozen ())
    return TRUE;

  if (joined && !end_told)
    {
      atomic_store (&alive, false);
      end_told = TRUE;
      return FALSE;
    }
  thru_jack_server_leave ();
  join_server ();
  return atomic_load (&alive);
}

void
thru_jack_server_leave (void)
{
  ThruPipewireWatch *left_watch;
  void *left;

  atomic_store (&alive, false);
  g_mutex_lock (&lock);
  left = g_steal_pointer (&client);
  left_watch = g_steal_pointer (&watch);
  g_mutex_unlock (&lock);
  thru_pipewire_watch_free (left_watch);
  if (left != NULL)
    jack.client_close (left);
}

void
thru_jack_server_set_end_func (void ( *func )(guint serial))
{
  g_atomic_pointer_set (&end_func, func);
}

guint
thru_jack_server_get_serial (void)
{
  return atomic_load (&serial);
}

gboolean
thru_jack_server_is_alive (guint number)
{
  return atomic_load (&alive) && atomic_load (&serial) == number;
}

int
thru_jack_server_get_end_fd (void)
{
  return end_fd;
}

void
thru_jack_server_take_end (void)
{
  uint64_t n;

  if (read (end_fd, &n, sizeof n) < 0)
    g_debug ("Woken for nothing");
}

uint64_t
thru_jack_server_get_cycle (guint64 *period_us)
{
  uint32_t period = 1024;
  uint32_t rate = 48000;
  uint64_t frames = 0;

  g_mutex_lock (&lock);
  if (client != NULL)
    {
      period = MAX (1, jack.get_buffer_size (client));
      rate = MAX (1, jack.get_sample_rate (client));
      advance_locked ();
      frames = advanced_at != 0 ? n_frames : (uint64_t) g_get_monotonic_time () * rate / G_USEC_PER_SEC;
    }
  g_mutex_unlock (&lock);
  *period_us = (guint64) period * G_USEC_PER_SEC / rate;
  return frames / period;
}

char **
thru_jack_server_list (ThruDirection direction)
{
  unsigned long flags = direction == THRU_DIRECTION_SOURCE ? PORT_IS_OUTPUT : PORT_IS_INPUT;
  const char **ports = client != NULL ? jack.get_ports (client, NULL, MIDI_TYPE, flags) : NULL;
  char **names = g_strdupv ((char **) ports);

  if (ports != NULL)
    jack.free (ports);
  return names;
}

/* JACK may have given the client of the port another name than we wanted. */
static gboolean
is_own (const char *full_name,
        const char *own)
{
  g_autofree char *prefix = g_strdup_printf (THRU_PORT_OWN_PREFIX "-%d", (int) getpid ());
  g_autofree char *suffix = g_strdup_printf (":%s", own);

  return g_str_has_prefix (full_name, prefix) && g_str_has_suffix (full_name, suffix);
}

char *
thru_jack_server_find_own (ThruDirection direction,
                           const char   *own)
{
  g_auto(GStrv) names = thru_jack_server_list (direction);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (is_own (names[i], own))
      return g_strdup (names[i]);
  return NULL;
}

gboolean
thru_jack_server_connect (const char *source,
                          const char *destination)
{
  return client != NULL && jack.connect (client, source, destination) == 0;
}

gboolean
thru_jack_server_is_connected (const char *name,
                               const char *own)
{
  void *port = client != NULL ? jack.port_by_name (client, name) : NULL;
  const char **connections = port != NULL ? jack.port_get_all_connections (client, port) : NULL;
  gboolean connected = FALSE;

  for (guint i = 0; connections != NULL && connections[i] != NULL && !connected; i++)
    connected = is_own (connections[i], own);
  if (connections != NULL)
    jack.free (connections);
  return connected;
}

gboolean
thru_jack_server_is_hardware (const char *name)
{
  void *port = client != NULL ? jack.port_by_name (client, name) : NULL;

  return port != NULL && (jack.port_flags (port) & PORT_IS_PHYSICAL) != 0;
}
