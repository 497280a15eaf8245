/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bench-receiver.h"

#include "thru-dmidi-frame.h"
#include "thru-engine.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINKS_MAX 1024

typedef struct
{
  guint8  octets[1024];
  size_t  length;
  guint64 n_messages;
} Reader;

static BenchShared *shared;
static ThruEngine *engine;
static guint n_got[BENCH_TIMES_MAX]; /* fan-out: receivers that have message i */

void
bench_message (guint64 i,
               guint8  message[BENCH_MESSAGE_SIZE])
{
  guint64 pair = i / 2;

  message[0] = (i & 1) == 0 ? 0x90 : 0x80;
  message[1] = (guint8)(pair & 0x7f);
  message[2] = (guint8)(1 + (pair >> 7) % 100);
}

static bool
output_send (void          *user,
             const uint8_t *message,
             size_t         length,
             uint64_t       time_us)
{
  guint8 expected[BENCH_MESSAGE_SIZE];
  guint64 i = atomic_load (&shared->n_received);

  bench_message (atomic_load (&shared->n_before) + i, expected);
  if (length != sizeof expected || memcmp (message, expected, length) != 0)
    {
      atomic_fetch_add (&shared->n_wrong, 1);
      return true;
    }

  if (i < BENCH_TIMES_MAX)
    shared->received_ns[i] = bench_now_ns ();
  atomic_store (&shared->n_received, i + 1);
  return true;
}

static bool
output_bulk (void          *user,
             const uint8_t *message,
             size_t         length,
             uint64_t       time_us)
{
  atomic_fetch_add (&shared->n_bulk, length);
  return true;
}

static void
event_cb (ThruEngineEvent *event,
          gpointer         user)
{
  g_autoptr(ThruSessionMessage) devices = NULL;

  if (event->type == THRU_ENGINE_LISTENING)
    atomic_fetch_add (&shared->n_ready, 1);

  if (event->type != THRU_ENGINE_LINK_ASKS)
    return;

  devices = thru_session_message_new (THRU_SESSION_DEVICES);
  thru_engine_accept_link (engine, event->link);
  thru_engine_send (engine, event->link, devices);
}

static int
listen_on (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int one = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind (fd, (struct sockaddr *)&address, sizeof address) != 0 || listen (fd, 512) != 0)
    _exit (1);
  return fd;
}

/* One thread, one socket, one message a read or several: the least that TCP costs. */
static gpointer
run_floor (gpointer data)
{
  int listener = listen_on (BENCH_FLOOR_PORT);
  int fd;
  guint8 octets[4096];
  ssize_t n;
  size_t total = 0;

  atomic_fetch_add (&shared->n_ready, 1);
  fd = accept (listener, NULL, NULL);
  while ((n = read (fd, octets, sizeof octets)) > 0)
    {
      guint64 now_ns = bench_now_ns ();

      for (total += (size_t)n; total >= BENCH_MESSAGE_SIZE; total -= BENCH_MESSAGE_SIZE)
        {
          guint64 i = atomic_load (&shared->n_received);

          if (i < BENCH_TIMES_MAX)
            shared->received_ns[i] = now_ns;
          atomic_store (&shared->n_received, i + 1);
        }
    }

  return NULL;
}

static gpointer
run_bulk (gpointer data)
{
  int listener = listen_on (BENCH_BULK_PORT);
  guint8 octets[65536];

  atomic_fetch_add (&shared->n_ready, 1);
  while (TRUE)
    {
      int fd = accept (listener, NULL, NULL);
      ssize_t n;

      while ((n = read (fd, octets, sizeof octets)) > 0)
        atomic_fetch_add (&shared->n_bulk, (guint64)n);
      close (fd);
    }

  return NULL;
}

static void
introduce (int fd)
{
  static const char hello[] = "{\"type\":\"hello\",\"id\":\"bench\",\"name\":\"Bench\",\"heartbeat\":0}";
  guint8 octets[256];

  thru_dmidi_preface_write (octets);
  thru_dmidi_frame_header_write (octets + THRU_DMIDI_PREFACE_SIZE, THRU_DMIDI_ADDRESS_SESSION, 0, sizeof hello - 1);
  memcpy (octets + THRU_DMIDI_PREFACE_SIZE + THRU_DMIDI_FRAME_HEADER_SIZE, hello, sizeof hello - 1);
  if (write (fd, octets, THRU_DMIDI_PREFACE_SIZE + THRU_DMIDI_FRAME_HEADER_SIZE + sizeof hello - 1) < 0)
    _exit (1);
}

static void
count_message (Reader *reader)
{
  guint64 i = reader->n_messages++;

  if (i >= BENCH_TIMES_MAX || ++n_got[i] < atomic_load (&shared->n_receivers))
    return;

  shared->received_ns[i] = bench_now_ns ();
  atomic_store (&shared->n_received, i + 1);
}

static void
take_octets (Reader *reader,
             int     fd)
{
  ThruDmidiFrame frame;
  size_t used;

  if (reader->length >= THRU_DMIDI_PREFACE_SIZE && reader->octets[0] == 'D')
    {
      introduce (fd);
      reader->length -= THRU_DMIDI_PREFACE_SIZE;
      memmove (reader->octets, reader->octets + THRU_DMIDI_PREFACE_SIZE, reader->length);
    }

  while (thru_dmidi_frame_parse (reader->octets, reader->length, &frame, &used) == THRU_DMIDI_OK)
    {
      if (frame.address == BENCH_ADDRESS)
        count_message (reader);
      reader->length -= used;
      memmove (reader->octets, reader->octets + used, reader->length);
    }
}

static void
read_links (int     poller,
            int     listener,
            Reader *readers)
{
  struct epoll_event events[64];
  int n = epoll_wait (poller, events, G_N_ELEMENTS (events), -1);

  for (int i = 0; i < n; i++)
    {
      int fd = events[i].data.fd;
      ssize_t got;

      if (fd == listener)
        {
          struct epoll_event event = { .events = EPOLLIN, .data.fd = accept (listener, NULL, NULL) };

          if (event.data.fd < 0 || event.data.fd >= LINKS_MAX)
            _exit (1);
          readers[event.data.fd] = (Reader) { .length = 0 };
          epoll_ctl (poller, EPOLL_CTL_ADD, event.data.fd, &event);
          atomic_fetch_add (&shared->n_connected, 1);
          continue;
        }

      got = read (fd, readers[fd].octets + readers[fd].length, sizeof readers[fd].octets - readers[fd].length);
      if (got > 0)
        {
          readers[fd].length += (size_t)got;
          take_octets (&readers[fd], fd);
        }
      else
        {
          close (fd);
          if (atomic_fetch_sub (&shared->n_connected, 1) == 1)
            memset (n_got, 0, sizeof n_got);
        }
    }
}

static gpointer
run_fan_out (gpointer data)
{
  Reader *readers = g_new0 (Reader, LINKS_MAX);
  int listener = listen_on (BENCH_FAN_OUT_PORT);
  int poller = epoll_create1 (EPOLL_CLOEXEC);
  struct epoll_event event = { .events = EPOLLIN, .data.fd = listener };

  epoll_ctl (poller, EPOLL_CTL_ADD, listener, &event);
  atomic_fetch_add (&shared->n_ready, 1);
  while (TRUE)
    read_links (poller, listener, readers);

  return NULL;
}

static gboolean
report_cb (gpointer user)
{
  atomic_store (&shared->processor_us, bench_processor_us (RUSAGE_SELF));
  atomic_store (&shared->resident_kb, bench_resident_kb ());
  return G_SOURCE_CONTINUE;
}

void
bench_receiver (BenchShared *memory)
{
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);

  shared = memory;
  engine = thru_engine_new (event_cb, NULL);
  thru_engine_set_hello (engine, "there", "There");
  thru_engine_set_message_limits (engine, 0, 0, 0);
  thru_engine_add_output (engine, 1, BENCH_ADDRESS, output_send, NULL, NULL, NULL);
  thru_engine_add_output (engine, 2, BENCH_BULK_ADDRESS, output_bulk, NULL, NULL, NULL);
  thru_engine_listen (engine, BENCH_ENGINE_PORT);
  g_thread_new ("floor", run_floor, NULL);
  g_thread_new ("fan-out", run_fan_out, NULL);
  g_thread_new ("bulk", run_bulk, NULL);
  g_timeout_add (50, report_cb, NULL);
  g_main_loop_run (loop);
}
