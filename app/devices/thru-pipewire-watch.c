/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-pipewire-watch.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct _ThruPipewireWatch
{
  int                   fd;
  GThread              *thread;
  int                   unwanted; /* atomic */
  ThruPipewireWatchFunc ended;
  void                 *user;
};

/* Where libpipewire looks for it, too. Returns: (transfer full). */
static char *
get_path (void)
{
  const char *remote = g_getenv ("PIPEWIRE_REMOTE");
  const char *folder = g_getenv ("PIPEWIRE_RUNTIME_DIR");

  if (remote == NULL || remote[0] == '\0')
    remote = "pipewire-0";
  if (g_path_is_absolute (remote))
    return g_strdup (remote);
  return g_build_filename (folder != NULL ? folder : g_get_user_runtime_dir (), remote, NULL);
}

static int
connect_socket (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *path = get_path ();
  int fd;

  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    return -1;
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

static gpointer
run (gpointer user)
{
  ThruPipewireWatch *watch = user;
  char octets[256];
  ssize_t n;

  do
    n = read (watch->fd, octets, sizeof octets);
  while (n > 0 || (n < 0 && errno == EINTR));
  if (!g_atomic_int_get (&watch->unwanted))
    watch->ended (watch->user);
  return NULL;
}

ThruPipewireWatch *
thru_pipewire_watch_new (ThruPipewireWatchFunc ended,
                         void                 *user)
{
  ThruPipewireWatch *watch;
  int fd = connect_socket ();

  if (fd < 0)
    return NULL;

  watch = g_new0 (ThruPipewireWatch, 1);
  watch->fd = fd;
  watch->ended = ended;
  watch->user = user;
  watch->thread = g_thread_new ("pipewire watch", run, watch);
  return watch;
}

void
thru_pipewire_watch_free (ThruPipewireWatch *watch)
{
  if (watch == NULL)
    return;

  g_atomic_int_set (&watch->unwanted, TRUE);
  shutdown (watch->fd, SHUT_RDWR);
  g_thread_join (watch->thread);
  close (watch->fd);
  g_free (watch);
}
