#include "tests/storage/system_calls.h"

#include <fcntl.h>
#include <sys/types.h>

#include <cerrno>
#include <cstdarg>
#include <map>
#include <memory>
#include <mutex>

namespace attune::storage::test {
namespace {

using Kind = SystemCall::Kind;

struct Post {
  std::mutex mutex;
  std::shared_ptr<Watcher> watcher;
  std::map<int, std::string> paths;  // of descriptors; right only for those the product opened last
};

Post& post() {
  static Post* const the_post = new Post;  // calls come until the very end of the process
  return *the_post;
}

int ask(const SystemCall& call) {
  std::shared_ptr<Watcher> watcher;
  {
    const std::lock_guard lock(post().mutex);
    watcher = post().watcher;
  }
  return watcher ? (*watcher)(call) : 0;
}

std::string path_of(int descriptor) {
  const std::lock_guard lock(post().mutex);
  const auto it = post().paths.find(descriptor);
  return it == post().paths.end() ? "" : it->second;
}

std::string plain(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// The watcher's word on a call on `descriptor`, as the call's own result would be: 1 to go on.
int judged(int verdict) {
  if (verdict == 0) return 1;
  if (verdict == kPretend) return 0;
  errno = verdict;
  return -1;
}

}  // namespace

void watch_system_calls(Watcher watcher) {
  const std::lock_guard lock(post().mutex);
  post().watcher = watcher ? std::make_shared<Watcher>(std::move(watcher)) : nullptr;
}

}  // namespace attune::storage::test

using attune::storage::test::SystemCall;
namespace test = attune::storage::test;

extern "C" {

int __real_open(const char* path, int flags, ...);
ssize_t __real_write(int descriptor, const void* bytes, size_t size);
ssize_t __real_pwrite(int descriptor, const void* bytes, size_t size, off_t at);
int __real_ftruncate(int descriptor, off_t size);
int __real_fsync(int descriptor);
int __real_rename(const char* from, const char* to);
int __real_link(const char* from, const char* to);
int __real_unlink(const char* path);

int __wrap_open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  const std::string name = test::plain(path);
  if (test::judged(test::ask({SystemCall::Kind::kOpen,
                              name,
                              "",
                              (flags & O_CREAT) != 0,
                              (flags & O_TRUNC) != 0,
                              {},
                              0})) < 0)
    return -1;
  const int descriptor = __real_open(path, flags, mode);
  if (descriptor >= 0) {
    const std::lock_guard lock(test::post().mutex);
    test::post().paths[descriptor] = name;
  }
  return descriptor;
}

ssize_t __wrap_write(int descriptor, const void* bytes, size_t size) {
  const int go = test::judged(test::ask({SystemCall::Kind::kWrite,
                                         test::path_of(descriptor),
                                         "",
                                         false,
                                         false,
                                         {static_cast<const char*>(bytes), size},
                                         -1}));
  return go > 0 ? __real_write(descriptor, bytes, size) : go < 0 ? -1 : static_cast<ssize_t>(size);
}

ssize_t __wrap_pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
  const int go = test::judged(test::ask({SystemCall::Kind::kWrite,
                                         test::path_of(descriptor),
                                         "",
                                         false,
                                         false,
                                         {static_cast<const char*>(bytes), size},
                                         at}));
  return go > 0   ? __real_pwrite(descriptor, bytes, size, at)
         : go < 0 ? -1
                  : static_cast<ssize_t>(size);
}

int __wrap_ftruncate(int descriptor, off_t size) {
  const int go = test::judged(test::ask(
      {SystemCall::Kind::kTruncate, test::path_of(descriptor), "", false, false, {}, size}));
  return go > 0 ? __real_ftruncate(descriptor, size) : go;
}

int __wrap_fsync(int descriptor) {
  const int go = test::judged(
      test::ask({SystemCall::Kind::kSync, test::path_of(descriptor), "", false, false, {}, 0}));
  return go > 0 ? __real_fsync(descriptor) : go;
}

int __wrap_rename(const char* from, const char* to) {
  const int go =
      test::judged(test::ask({SystemCall::Kind::kRename, from, to, false, false, {}, 0}));
  return go > 0 ? __real_rename(from, to) : go;
}

int __wrap_link(const char* from, const char* to) {
  const int go = test::judged(test::ask({SystemCall::Kind::kLink, from, to, false, false, {}, 0}));
  return go > 0 ? __real_link(from, to) : go;
}

int __wrap_unlink(const char* path) {
  const int go =
      test::judged(test::ask({SystemCall::Kind::kUnlink, path, "", false, false, {}, 0}));
  return go > 0 ? __real_unlink(path) : go;
}

}  // extern "C"
