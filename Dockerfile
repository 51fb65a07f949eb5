# One image for every role; docker-compose.yml chooses the program.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src src
COPY migrations migrations
COPY templates templates
# The three hosts share one folder: they are built from the same packages, and Razor's reference
# assemblies (refs/) are needed once. RazorLight compiles at run time, so no trimming and no single file.
# Compiled ahead: what is compiled while a worker sends takes processor time from the sending (docs/benchmarks.md).
RUN for program in Worker Web Cli; do \
      dotnet publish src/Digest.$program -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o /app || exit 1; \
    done

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
# 8 MiB. Left to itself the first generation is as large as the processor's cache, and a worker peaks higher for nothing. The
# runtime reads this from the environment alone.
ENV DOTNET_GCgen0size=0x800000
COPY --from=build /app .
USER $APP_UID
ENTRYPOINT ["dotnet"]
CMD ["digest-cli.dll", "--help"]
