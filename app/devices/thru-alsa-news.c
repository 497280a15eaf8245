/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-alsa-news.h"

#include <errno.h>
#include <fcntl.h>
#include <sound/asequencer.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICE "/dev/snd/seq"
#define WHOLE_CLIENT 0xFF

static GMutex lock;
static int news_fd = -1;
static guint n_departures;
static GHashTable *departures; /* of client << 8 | port: the number of its last departure */

static gboolean
subscribe (int fd)
{
  struct snd_seq_port_info info;
  struct snd_seq_port_subscribe subscription;
  int id;

  memset (&info, 0, sizeof info);
  memset (&subscription, 0, sizeof subscription);
  if (ioctl (fd, SNDRV_SEQ_IOCTL_CLIENT_ID, &id) < 0)
    return FALSE;

  /* Not one that others may see or connect to. */
  info.addr.client = (unsigned char) id;
  g_strlcpy (info.name, "news", sizeof info.name);
  info.capability = SNDRV_SEQ_PORT_CAP_WRITE | SNDRV_SEQ_PORT_CAP_NO_EXPORT;
  info.type = SNDRV_SEQ_PORT_TYPE_APPLICATION;
  if (ioctl (fd, SNDRV_SEQ_IOCTL_CREATE_PORT, &info) < 0)
    return FALSE;

  subscription.sender.client = SNDRV_SEQ_CLIENT_SYSTEM;
  subscription.sender.port = SNDRV_SEQ_PORT_SYSTEM_ANNOUNCE;
  subscription.dest = info.addr;
  return ioctl (fd, SNDRV_SEQ_IOCTL_SUBSCRIBE_PORT, &subscription) == 0;
}

gboolean
thru_alsa_news_listen (void)
{
  int fd;

  if (thru_alsa_news_get_fd () >= 0)
    return TRUE;

  /* The kernel loads the module when the device is opened. */
  fd = open (DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  if (!subscribe (fd))
    {
      close (fd);
      return FALSE;
    }
  g_mutex_lock (&lock);
  news_fd = fd;
  departures = g_hash_table_new (NULL, NULL);
  g_mutex_unlock (&lock);
  return TRUE;
}

int
thru_alsa_news_get_fd (void)
{
  int fd;

  g_mutex_lock (&lock);
  fd = news_fd;
  g_mutex_unlock (&lock);
  return fd;
}

static void
note_locked (const struct snd_seq_event *event)
{
  guint port = event->type == SNDRV_SEQ_EVENT_CLIENT_EXIT ? WHOLE_CLIENT : event->data.addr.port;

  if (event->type != SNDRV_SEQ_EVENT_CLIENT_EXIT && event->type != SNDRV_SEQ_EVENT_PORT_EXIT)
    return;
  n_departures++;
  g_hash_table_insert (departures, GUINT_TO_POINTER ((guint) event->data.addr.client << 8 | port),
                       GUINT_TO_POINTER (n_departures));
}

void
thru_alsa_news_take (void)
{
  struct snd_seq_event events[32];
  ssize_t n;

  g_mutex_lock (&lock);
  /* After an overflow the first read says ENOSPC, and the next goes on. */
  while (news_fd >= 0 && ((n = read (news_fd, events, sizeof events)) > 0 || (n < 0 && (errno == ENOSPC || errno == EINTR))))
    for (ssize_t i = 0; i < n / (ssize_t) sizeof events[0]; i++)
      note_locked (&events[i]);
  g_mutex_unlock (&lock);
}

guint
thru_alsa_news_get_count (void)
{
  guint count;

  g_mutex_lock (&lock);
  count = n_departures;
  g_mutex_unlock (&lock);
  return count;
}

gboolean
thru_alsa_news_has_left (guint client,
                         guint port,
                         guint count)
{
  gboolean left = FALSE;

  g_mutex_lock (&lock);
  if (departures != NULL)
    left = GPOINTER_TO_UINT (g_hash_table_lookup (departures, GUINT_TO_POINTER (client << 8 | port))) > count
           || GPOINTER_TO_UINT (g_hash_table_lookup (departures, GUINT_TO_POINTER (client << 8 | WHOLE_CLIENT))) > count;
  g_mutex_unlock (&lock);
  return left;
}

gboolean
thru_alsa_news_is_hardware (guint client,
                            guint port)
{
  struct snd_seq_port_info info;
  gboolean found;

  memset (&info, 0, sizeof info);
  info.addr.client = (unsigned char) client;
  info.addr.port = (unsigned char) port;
  g_mutex_lock (&lock);
  found = news_fd >= 0 && ioctl (news_fd, SNDRV_SEQ_IOCTL_GET_PORT_INFO, &info) == 0;
  g_mutex_unlock (&lock);
  return found && (info.type & SNDRV_SEQ_PORT_TYPE_HARDWARE) != 0;
}
