"""The one entry point: commands that read their input, call the rooms, and show the result.

Exit codes: 0 done, 2 bad input or set-up (two lines on stderr: what, and what to do), 1 a bug, a failed gate or doctor.
The rooms are imported inside the commands, so that `bulletins --help` answers at once.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.settings import Settings
    from assistant.web.crew import Crew
    from index.build import BuildReport
    from index.place import Place
    from sources.collection import Collection
    from sources.fetch import Stop

EXIT_DONE, EXIT_WRONG, EXIT_INPUT, EXIT_INTERRUPTED = 0, 1, 2, 130
LINE_S = 10.0
SPECIMEN_INDEX = "specimen-index"


def main(argv: Sequence[str] | None = None) -> int:
    """One command, errors turned into two lines and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Text that no encoding can carry (half a surrogate pair, a terminal of another script) must not end a run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    args = parser().parse_args(sys.argv[1:] if argv is None else argv)

    from assistant.errors import ERRORS
    from assistant.settings import load_settings

    try:
        settings = load_settings().but(index=args.index)
        return int(args.run(args, settings))
    except ERRORS as error:
        return _complain(str(error), error.remedy)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (`| head`) has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except OSError as error:
        return _complain(str(error), "Check that the path exists and may be written, and that the disk is not full.")
    except Exception as error:
        import traceback

        traceback.print_exc()
        print(
            f"bulletins: this is a bug ({type(error).__name__}). Please report it with the lines above.",
            file=sys.stderr,
        )
        return EXIT_WRONG


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="bulletins", description="Answers with checked citations from official bulletins.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    top.set_defaults(run=serve, index=None, host=None, port=None, access=None)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace, Settings], int], text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", allow_abbrev=False)
        one.set_defaults(run=run)
        one.add_argument(
            "--index", metavar="DIR",
            help="folder of the index, or milvus+http://HOST:PORT/NAME (default: .index, or BULLETINS_INDEX)",
        )  # fmt: skip
        return one

    one = command("index", index, "build an index of bulletins, or bring it up to date")
    one.add_argument(
        "sources", nargs="*", metavar="SOURCE",
        help="folder, file, or address of a page, feed or sitemap (default: [sources] in bulletins.toml)",
    )  # fmt: skip
    one.add_argument("--json", action="store_true", help="print the result as one line of JSON")
    one.add_argument("--watch", action="store_true", help="stay and keep the index in step until interrupted")
    one.add_argument(
        "--workers", type=int, metavar="N",
        help="read and embed files by N workers of Ray (extra `ray`; on the cluster of RAY_ADDRESS when it is set)",
    )  # fmt: skip

    for name, run, text in (("ask", ask, "answer a question"), ("search", search, "find passages for a question")):
        one = command(name, run, text)
        one.add_argument("question", nargs="?", metavar="QUESTION")
        one.add_argument("--json", action="store_true", help="print the result as JSON")
        _batch_options(one, required=False)
        if name == "search":
            one.add_argument("--k", type=int, metavar="N", help="how many passages (default: 10)")

    one = command("check", check, "tell whether sentences are supported by the words they cite")
    _batch_options(one, required=True)

    one = command(
        "sources", sources, "tell how each bulletin was read: its encoding, repairs, and what stays suspicious"
    )
    one.add_argument("what", choices=("check",))
    one.add_argument("folders", nargs="+", metavar="FOLDER", type=Path, help="folder with bulletins, or one of them")
    one.add_argument("--json", action="store_true", help="one line of JSON a bulletin, the total last")

    one = command("eval", evaluate, "put gold questions to the assistant and score the answers")
    one.add_argument(
        "what", nargs="*", metavar="TOOL", help="compare A B, new FOLDER, review FILE, check-gold FILE, split FILE"
    )
    one.add_argument(
        "--external", type=Path, metavar="PATH", help="a published set instead: SQuAD-style JSON or a BEIR folder"
    )
    one.add_argument(
        "--suite", metavar="NAME", help="how answers bear worse conditions: script-swap, typo, dirty, … or all"
    )
    one.add_argument("--gold", type=Path, metavar="FILE", help="gold questions (default: those over the specimens)")
    one.add_argument("--model", metavar="NAME", help="chat model that writes the answers (default: as set)")
    one.add_argument("--judge", metavar="NAME", help="chat model that judges support (default: the grounding check)")
    one.add_argument("--report", type=Path, metavar="DIR", help="keep the run and its reports there; goes on when cut")
    one.add_argument("--out", type=Path, metavar="FILE", help="where `new` writes the questions that it proposes")
    one.add_argument("--seed", type=int, default=1, metavar="N", help="of everything drawn by chance (default: 1)")
    one.add_argument("--jobs", type=int, default=1, metavar="N", help="cases asked at once (default: 1)")
    one.add_argument("--json", action="store_true", help="print the measures, or what a tool finds, as JSON")
    one.add_argument("--gate", action="store_true", help="fail when the scores are below the baseline")
    one.add_argument("--baseline", type=Path, metavar="FILE", help="of your own gold questions (default: ours)")
    one.add_argument("--set-baseline", action="store_true", help="make this run the baseline")
    one.add_argument("--lower", action="store_true", help="with --set-baseline: floors may sink")
    one.add_argument("--python", metavar="PATH", help="ragas RUN: the interpreter of an environment that has RAGAS")
    one.add_argument(
        "--price", nargs=2, type=float, metavar=("TO", "FROM"),
        help="of a million tokens to and from the chat model: the cost of a question is then told",
    )  # fmt: skip

    one = command("doctor", doctor, "check the set-up")
    one.add_argument("--json", action="store_true", help="one line of JSON a check")

    one = command("serve", serve, "serve the chat page and the HTTP API; what happens without a command")
    one.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    one.add_argument("--port", help="port to listen on (default: 7860)")
    one.add_argument("--access", help="who may ask: open, open-to-all, accounts or proxy (default: open)")

    one = command("access", access, "make, list and remove users and API keys of the server")
    one.add_argument("what", choices=("add-user", "add-key", "remove", "list"))
    one.add_argument("name", nargs="?", metavar="NAME", help="of the user or key; remove also takes the id of a key")
    one.add_argument("--role", choices=("reader", "admin"), default="reader", help="what they may do (default: reader)")
    one.add_argument("--json", action="store_true", help="list: one line of JSON an account")

    one = command("feedback", feedback, "print what users said of answers, one line of JSON each")
    one.add_argument("--gold", action="store_true", help="as gold cases, to be read and reworded")

    command("audit", audit, "print the log of questions and answers, one line of JSON each")
    command("mcp", mcp, "serve the tools ask and search over stdin and stdout (Model Context Protocol)")
    return top


def _batch_options(one: argparse.ArgumentParser, required: bool) -> None:
    one.add_argument(
        "--batch", metavar="IN.jsonl", required=required, help='many at once, one JSON object a line; "-" is stdin'
    )
    one.add_argument("--out", metavar="OUT.jsonl", default="-", help="where a batch's results go (default: stdout)")


# ---------------------------------------------------------------- commands


def index(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.errors import BadInput

    collection = _collection(args.sources)
    if args.workers is not None and (args.workers < 1 or args.watch):
        raise BadInput("--workers takes a number from 1 on, and no --watch.", "Try: --workers 2")
    if args.watch:
        return _watch(collection, settings, args.json)
    with _ended_by(signal.SIGINT) as stop:
        report = _build(collection, settings.index_folder, settings, stop, args.workers)
    _print_report(report, settings, args.json)
    if stop.is_set():
        return EXIT_INTERRUPTED
    if not report.bulletins:
        raise BadInput("No bulletin could be read.", "See the reasons above, or name another folder.")
    return EXIT_DONE


def _collection(names: Sequence[str]) -> Collection:
    """What is to be indexed: what is named, else what the settings name."""
    from assistant.errors import BadInput
    from assistant.settings import FILE, load_sources
    from sources.collection import named
    from sources.files import find_files

    configured = load_sources()
    if not names:
        if not (configured.paths or configured.remote):
            raise BadInput("Nothing is named to be indexed.", f"Name a folder, or list sources in {FILE}.")
        return configured
    collection = named(names, configured.limits, configured.text_column)
    if collection.paths:
        find_files(collection.paths)  # a slip is told before the model is loaded, which takes seconds
    return collection


def _watch(collection: Collection, settings: Settings, as_json: bool) -> int:
    from index.build import bring_in_step
    from index.embed import open_embedder
    from index.watch import watch

    embedder = open_embedder(settings.embedding, settings.cache)
    told: dict[str, set[str]] = {"before": set(), "now": set()}

    def tell(what: str, name: str) -> None:
        told["now"].add(name)
        if not as_json and not (what == "skipped" and name in told["before"]):
            print(f"{time.strftime('%H:%M:%S')} {what} {name}", flush=True)

    def run(fetch: bool) -> BuildReport:
        told.update(before=told["now"], now=set())
        return bring_in_step(
            collection, settings.index_folder, embedder, cache=settings.cache, tell=tell, stop=stop, fetch=fetch
        )

    def done(report: BuildReport) -> None:
        if report.added or report.updated or report.removed or told["before"] != told["now"]:
            _print_report(report, settings, as_json, reasons=False)

    def waiting(reason: str) -> None:
        if told["before"] != {reason}:
            print(f"bulletins: {reason}", file=sys.stderr, flush=True)
        told["now"] = {reason}

    with _ended_by(signal.SIGINT, signal.SIGTERM) as stop:
        watch(collection, run, stop, done, waiting)
    return EXIT_DONE


def _print_report(report: BuildReport, settings: Settings, as_json: bool, reasons: bool = True) -> None:
    skipped = [{"path": path, "reason": reason} for path, reason in report.skipped]
    if as_json:
        counts = {name: getattr(report, name) for name in ("bulletins", "passages", "added", "updated", "removed")}
        _print_json({**counts, "skipped": skipped, "seconds": report.seconds})
        return
    print(
        f"{report.bulletins:,} bulletins in {report.passages:,} passages in {settings.index_folder}: "
        f"{report.added:,} added, {report.updated:,} updated, {report.removed:,} removed, "
        f"{len(skipped):,} skipped, in {report.seconds:.1f} s",
        flush=True,
    )
    for one in skipped if reasons else ():
        print(f"skipped {one['path']}: {one['reason']}", file=sys.stderr)


def ask(args: argparse.Namespace, settings: Settings) -> int:
    question = _question(args, settings)
    with _opened(settings.index_folder, settings) as assistant:
        if question is None:
            from assistant.batch import question_of

            def answer(line: dict[str, Any]) -> dict[str, Any]:
                return assistant.ask(*question_of(line, settings)).to_json()

            return _batch(args, answer)
        found = assistant.ask(question)
        if args.json:
            _print_json(found.to_json())
        else:
            from assistant.layout import plain

            cited = {one.bulletin for one in (*found.citations, *found.related)}
            print(plain(found, {key: assistant.bulletin(key) for key in cited}))
    return EXIT_DONE


def search(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.errors import BadInput
    from assistant.layout import hit_json, plain_hits

    if args.k is not None and not 1 <= args.k <= 100:
        raise BadInput(f"--k is {args.k}, which is no number of passages from 1 to 100.", "Try: --k 10")
    k = settings.but(hits=args.k).hits
    question = _question(args, settings)
    with _opened(settings.index_folder, settings) as assistant:
        if question is None:
            from assistant.batch import question_of

            def passages(line: dict[str, Any]) -> dict[str, Any]:
                return {"passages": [hit_json(hit) for hit in assistant.search(question_of(line, settings)[0], k)]}

            return _batch(args, passages)
        hits = assistant.search(question, k)
        if args.json:
            _print_json({"question": question, "passages": [hit_json(hit) for hit in hits]})
        else:
            print(plain_hits(hits))
    return EXIT_DONE


def check(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.batch import pairs_of, sentence_of
    from assistant.check import open_check

    judge = open_check(settings.cache, settings.embedding, settings.entailment)

    def verdict(line: dict[str, Any]) -> dict[str, Any]:
        found = judge(*sentence_of(line))
        return {"verdict": found.verdict, "reasons": list(found.reasons)}

    # Whoever writes lines and waits for the answer to each is not kept waiting for the next ones.
    return _batch(args, verdict, None if args.batch == "-" else lambda lines: judge.read(pairs_of(lines)))


def sources(args: argparse.Namespace, settings: Settings) -> int:
    from collections import Counter
    from dataclasses import asdict

    from sources.check import check_files
    from sources.errors import Unreadable

    bulletins = skipped = doubts = 0
    encodings, repairs = Counter[str](), Counter[str]()
    for one in check_files(args.folders):
        if isinstance(one, Unreadable):
            skipped += 1
            if args.json:
                _print_json({"path": str(one.path), "skipped": one.reason})
            else:
                print(f"{one.path}: skipped, {one.reason}")
            continue
        bulletins, doubts = bulletins + 1, doubts + len(one.doubts)
        encodings[one.encoding] += 1
        repairs.update(one.repairs)
        if args.json:
            _print_json(asdict(one))
            continue
        sure = "" if one.sure is None else f" ({one.sure:.0%} sure)"
        print(f"{one.path}: {one.format}, {one.encoding}{sure}, {one.language}, {one.characters:,} characters")
        print(f"    repairs: {', '.join(f'{kind} {n:,}' for kind, n in one.repairs.items()) or 'none'}")
        for value in one.values:
            print(f"    {value.name}: {value.value} ({value.where})")
        for contradiction in one.contradictions:
            print(f"    contradiction, {contradiction}")
        for doubt in one.doubts:
            print(f"    line {doubt.line}: {doubt.reason}: {doubt.excerpt}")
    if args.json:
        _print_json(
            {
                "bulletins": bulletins,
                "skipped": skipped,
                "suspicious": doubts,
                "encodings": encodings,
                "repairs": repairs,
            }
        )
    else:
        made = f"{repairs.total():,} repairs"
        print(f"{bulletins:,} bulletins, {skipped:,} skipped; {made}, {doubts:,} places stay suspicious")
    return EXIT_DONE


def evaluate(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.check import check as judge
    from eval.cost import metered
    from eval.gate import BASELINE, gate, write_baseline
    from eval.judge import open_judge
    from eval.parallel import workers
    from eval.report import summary_text, write_report
    from eval.run import GOLD, fingerprints, run_eval, text_reader
    from eval.runs import kept, made_with
    from index.embed import BUNDLED, EXACT, is_bundled

    if args.what:
        return _eval_tool(args, settings)
    settings = settings.but(model=args.model)
    gold = args.gold or GOLD
    collection = None if args.index else _specimens()
    if collection and (args.gate or args.set_baseline) and settings.embedding == BUNDLED:
        settings = settings.but(embedding=EXACT)  # a verdict must not depend on the processor
    folder = settings.index_folder if args.index else _specimen_index(settings)
    with ExitStack() as stack:
        assistant = stack.enter_context(_opened(folder, settings))
        if args.external:
            return _external(args, assistant)
        if args.suite:
            return _suites(args, settings, assistant, gold)
        if args.gold:
            _hold_to(gold, assistant)
        advance, meter = stack.enter_context(_progress("cases")), metered(assistant)
        about = made_with(settings, _version(), assistant.index.revision, args.seed)
        about |= {"judge": args.judge} if args.judge else {}
        about |= {"price": args.price} if args.price else {}
        # For a chat model one waits, which threads do as well; quoting needs processors, which only processes get.
        others = args.jobs > 1 and not (meter or args.judge)
        earlier, keep = None, None
        if args.report:
            earlier, keep = stack.enter_context(kept(args.report, about, fingerprints(gold, collection)))
        run = run_eval(
            assistant,
            judge,
            gold=gold,
            collection=collection,
            about=about,
            progress=lambda done, total: advance(done, total, ""),
            earlier=earlier,
            keep=keep,
            score_one=stack.enter_context(workers(folder, settings, args.jobs - 1)) if others else None,
            supports=open_judge(settings, args.judge) if args.judge else None,
            jobs=args.jobs,
            read=text_reader(assistant),
            tokens=meter.spent if meter else None,
        )
    page = write_report(run, args.report) if args.report else None
    if args.json:
        _print_json(run.summary)
    else:
        print(summary_text(run))
        if page:
            print(f"\nReport: {page}")
    baseline, out = args.baseline or BASELINE, sys.stderr if args.json else sys.stdout
    if args.set_baseline:
        for floor in write_baseline(run, baseline, lower=args.lower):
            print(f"LOWERED {floor}", file=out)
    if args.gate:
        verdict = gate(run, baseline)
        print(f"\n{verdict}", file=out)
        if not verdict.passed and is_bundled(settings.embedding):
            from index.encoder import processor

            print(f"Counted on {processor()}.", file=out)
        return EXIT_DONE if verdict.passed else EXIT_WRONG
    return EXIT_DONE


def _hold_to(gold: Path, assistant: Assistant) -> None:
    """Says so where a gold file does not fit the index: a bulletin that was replaced makes its cases wrong."""
    from eval.cases import read_cases
    from eval.curate import asked_about, check_gold

    read_cases(gold)  # a line that is no case is an error of its own
    named = asked_about(gold)
    stored = [assistant.bulletin(entry.id) for entry in assistant.bulletins() if entry.source in named]
    if wrong := check_gold(gold, stored):
        more = f" and {len(wrong) - 1:,} more" if len(wrong) > 1 else ""
        print(f"{wrong[0]}{more}: bulletins eval check-gold {gold}", file=sys.stderr)


def _suites(args: argparse.Namespace, settings: Settings, assistant: Assistant, gold: Path) -> int:
    from dataclasses import replace

    from assistant.errors import BadInput
    from eval.cases import read_cases
    from eval.report import write_report
    from eval.run import evaluate as ask_all
    from eval.run import fingerprint
    from eval.runs import made_with
    from eval.suites import NAMES, Indexed, read_reworded, run_suite

    names = NAMES if args.suite == "all" else (args.suite,)
    if set(names) - set(NAMES):
        raise BadInput(f"There is no suite {args.suite}.", f"Name one of {', '.join(NAMES)}, or all.")
    collection, cases, reworded = Indexed(assistant), read_cases(gold), read_reworded(gold)
    about = made_with(settings, _version(), assistant.index.revision, args.seed) | {"gold": fingerprint(gold)}
    with _progress("suites") as advance:
        advance(0, len(names) + 1, "plain")
        plain = ask_all(collection.ask, cases)
        for done, name in enumerate(names, 1):
            advance(done, len(names) + 1, name)
            result = run_suite(name, collection, cases, seed=args.seed, plain=plain, reworded=reworded)
            if args.report:
                write_report(replace(result.changed, about=about | {"suite": name}), args.report / name)
            if args.json:
                _print_json(result.to_json())
            else:
                print(result, flush=True)
    return EXIT_DONE


def _external(args: argparse.Namespace, assistant: Assistant) -> int:
    from eval.external import SearchSet, measure_search, read_external
    from eval.report import summary_text, write_report
    from eval.run import evaluate as ask_all
    from eval.suites import Indexed

    given, collection = read_external(args.external), Indexed(assistant)
    if isinstance(given, SearchSet):
        with collection.opened(given.texts) as (over, sources):
            measures = measure_search(over, given, sources)
        if args.json:
            _print_json(measures)
        else:
            print(f"{len(given.questions):,} queries over {len(given.texts):,} documents")
            print("\n".join(f"  {name:<8} {value:.3f}" for name, value in measures.items()))
        return EXIT_DONE
    for name, each in (("", given), ("rejection", given.rejection)):
        if each is None:
            continue
        with collection.over(each.texts) as ask, _progress("cases") as advance:
            run = ask_all(ask, each.cases, progress=lambda done, total: advance(done, total, ""))
        if args.report:
            write_report(run, args.report / name)
        if args.json:
            _print_json(run.summary)
        else:
            print(f"\n{name}:\n{summary_text(run)}" if name else summary_text(run))
    return EXIT_DONE


def _eval_tool(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.errors import BadInput

    tool, *names = args.what
    if tool == "compare" and len(names) == 2:
        from eval.compare import compare_runs
        from eval.runs import read_run

        found = compare_runs(read_run(Path(names[0])), read_run(Path(names[1])), args.seed)
        if not found.cases:
            raise BadInput("The two runs asked no question alike.", "Compare two runs of the same gold file.")
        if args.json:
            _print_json(found.to_json())
        else:
            print(found)
        return EXIT_DONE
    if tool == "new" and names and args.out:
        return _new(args, settings.but(model=args.model), [Path(name) for name in names])
    if tool == "ragas" and len(names) == 1 and args.python:
        return _measure_by_ragas(args, settings.but(model=args.model), Path(names[0]))
    if tool in ("to-ragas", "from-ragas", "ragas-scores") and len(names) == 1 + (tool == "ragas-scores"):
        return _ragas(args, settings, tool, [Path(name) for name in names])
    if tool == "judge" and len(names) <= 1:
        return _judge(args, settings.but(model=args.model), *map(Path, names))
    if tool == "review" and len(names) == 1:
        return _review(args, settings, Path(names[0]))
    if tool in ("check-gold", "split") and len(names) == 1:
        from eval.curate import check_gold, split

        path = Path(names[0])
        folder = settings.index_folder if args.index else _specimen_index(settings)
        with _opened(folder, settings) as assistant:
            bulletins = [assistant.bulletin(entry.id) for entry in assistant.bulletins()]
            versions = [
                [each.source, *(assistant.bulletin(other).source for other in assistant.index.versions(each.id))]
                for each in bulletins
            ]
        if tool == "check-gold":
            wrong = check_gold(path, bulletins)
            print(json.dumps(wrong, ensure_ascii=False) if args.json else "\n".join(wrong or ["Nothing is wrong."]))
            return EXIT_WRONG if wrong else EXIT_DONE
        written = {}
        for name, lines in zip(("dev", "held-out"), split(path, versions, seed=args.seed), strict=True):
            target = path.with_name(f"{path.stem}.{name}.jsonl")
            target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            written[str(target)] = len(lines)
        print(json.dumps(written) if args.json else "\n".join(f"{n:,} cases in {name}" for name, n in written.items()))
        return EXIT_DONE
    raise BadInput(f"There is no such tool: {' '.join(args.what)}.", "See: bulletins eval --help")


def _new(args: argparse.Namespace, settings: Settings, folders: list[Path]) -> int:
    from assistant.errors import BadInput
    from assistant.model import ModelFailed, open_model
    from eval.cases import to_line
    from eval.propose import propose, propose_with
    from sources.errors import SourceError
    from sources.files import find_files, read_bulletin, source_names

    if args.out.exists():
        raise BadInput(f"{args.out} is there already.", "Name another file: yours may hold edited questions.")
    model, cases, bulletins = open_model(settings), 0, 0
    paths = source_names(find_files(folders)).items()
    # Written as they come: a model is slow, and what it proposed before a failure is worth keeping.
    with args.out.open("w", encoding="utf-8") as out, _progress("bulletins") as advance:
        for done, (path, source) in enumerate(paths):
            advance(done, len(paths), source)
            try:
                bulletin = read_bulletin(path, source=source)
                proposed = propose([bulletin])
                if model:
                    proposed += propose_with(model, bulletin)
            except SourceError as error:
                print(f"skipped {path}: {error}", file=sys.stderr)
                continue
            except ModelFailed as error:
                print(f"{path}: the chat model failed ({error.why}); by rule only", file=sys.stderr)
            bulletins, cases = bulletins + 1, cases + len(proposed)
            out.write("".join(f"{to_line(case)}\n" for case in proposed))
    told = {"bulletins": bulletins, "cases": cases, "out": str(args.out)}
    print(json.dumps(told) if args.json else f"{cases:,} questions proposed: bulletins eval review {args.out}")
    return EXIT_DONE


def _ragas(args: argparse.Namespace, settings: Settings, tool: str, paths: list[Path]) -> int:
    from assistant.errors import BadInput
    from eval.cases import to_line
    from eval.ragas import from_ragas, ragas_scores, read_rows, to_ragas
    from eval.runs import read_run

    if tool == "ragas-scores":
        for score in ragas_scores(read_run(paths[0]), read_rows(paths[1])):
            _print_json(score.__dict__) if args.json else print(score)
        return EXIT_DONE
    if args.out is None or args.out.exists():
        raise BadInput(f"{tool} writes to a new file.", "Name one that is not there: --out FILE")
    left_out = 0
    if tool == "to-ragas":
        lines = [json.dumps(row, ensure_ascii=False) for row in to_ragas(read_run(paths[0]))]
    else:
        folder = settings.index_folder if args.index else _specimen_index(settings)
        with _opened(folder, settings) as assistant:
            bulletins = [assistant.bulletin(entry.id) for entry in assistant.bulletins()]
        cases, left_out = from_ragas(read_rows(paths[0]), bulletins)
        lines = [to_line(case) for case in cases]
    args.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    told = {"rows": len(lines), "left_out": left_out, "out": str(args.out)}
    print(json.dumps(told) if args.json else f"{len(lines):,} rows in {args.out}, {left_out:,} left out")
    return EXIT_DONE


def _measure_by_ragas(args: argparse.Namespace, settings: Settings, path: Path) -> int:
    from assistant.errors import BadInput
    from eval.ragas import measured_by_ragas, ragas_scores
    from eval.runs import read_run

    if args.out and args.out.exists():
        raise BadInput(f"{args.out} is there already.", "Name another file.")
    run = read_run(path)
    rows = measured_by_ragas(run, args.python, settings.model, settings.model_url)
    if args.out:
        args.out.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    for score in ragas_scores(run, rows):
        _print_json(score.__dict__) if args.json else print(score)
    return EXIT_DONE


def _judge(args: argparse.Namespace, settings: Settings, pairs: Path | None = None) -> int:
    from assistant.model import NONE
    from eval.judge import PAIRS, agreement, open_judge, read_pairs

    judge, name = open_judge(settings), "grounding check" if settings.model == NONE else settings.model
    with _progress("pairs") as advance:
        found = agreement(
            read_pairs(pairs or PAIRS), judge, name, jobs=args.jobs if settings.model != NONE else 1,
            progress=lambda done, total: advance(done, total, ""),
        )  # fmt: skip
    if args.json:
        _print_json(found.to_json())
    else:
        print(found)
    return EXIT_DONE


def _review(args: argparse.Namespace, settings: Settings, path: Path) -> int:
    from eval.review import Review
    from eval.review_page import serve as serve_page

    folder = settings.index_folder if args.index else _specimen_index(settings)
    with _opened(folder, settings) as assistant:
        ids = {entry.source: entry.id for entry in assistant.bulletins()}
        review = Review(path, lambda source: assistant.bulletin(ids[source]) if source in ids else None)
        print(f"Review {path} at http://{settings.host}:{settings.port}; Ctrl-C ends it.", flush=True)
        serve_page(review, settings.host, settings.port)
    return EXIT_DONE


def doctor(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.doctor import examine

    wrong = 0
    for found in examine(settings):
        wrong += not found.ok
        if args.json:
            _print_json({"name": found.name, "ok": found.ok, "message": found.message, "remedy": found.remedy})
        else:
            print(f"{'ok   ' if found.ok else 'WRONG'}  {found.name}: {found.message}", flush=True)
            if not found.ok:
                print(f"       {found.remedy}", flush=True)
    return EXIT_WRONG if wrong else EXIT_DONE


def serve(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.web.listen import listen

    settings = settings.but(host=args.host, port=args.port, access=args.access)
    # Without an index of their own, newcomers see the page over the specimens; a named index must exist.
    specimens = settings.index is None and not Path(str(settings.index_folder)).exists()
    with listen(settings) as at, ExitStack() as stack:
        serving = _answering(settings, specimens, stack)
        from assistant.web.server import Server

        server = stack.enter_context(Server(settings, at))
        where = "the specimen bulletins" if specimens else str(settings.index_folder)
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        print(f"Bulletin Assistant over {where}: http://{shown}:{settings.port}  (Ctrl+C ends it)", flush=True)
        from assistant.web import api

        api.serve(serving.result(), settings, server, specimens)
    return EXIT_DONE


def _answering(settings: Settings, specimens: bool, stack: ExitStack) -> Future[Assistant | Crew]:
    """Who answers behind the page. What can be known at once to be wrong raises here.

    The index is opened while the libraries of the web come in: by processes of their own, for which the page waits not,
    or, where there is to be one process, by a thread of this one.
    """
    from assistant.web.crew import Crew, processes
    from assistant.web.words import WARMING
    from index.place import open_store

    place = settings.index_folder
    count = processes(settings.workers) if settings.model == "none" and isinstance(place, Path) else 0
    if count:
        if specimens:
            place = settings.cache / SPECIMEN_INDEX
        else:
            open_store(place).close()
        crew = Crew(functools.partial(_open_to_serve, specimens, settings), count, place, WARMING)
        stack.callback(crew.close)
        crew.start()
        opened: Future[Assistant | Crew] = Future()
        opened.set_result(crew)
        return opened
    beside = stack.enter_context(ThreadPoolExecutor(1))
    # Much of the opening is done outside of Python, so the libraries of the web come in at the same time.
    return beside.submit(lambda: stack.enter_context(closing(_open_to_serve(specimens, settings))))


def _open_to_serve(specimens: bool, settings: Settings) -> Assistant:
    from assistant import Assistant

    return Assistant.open(_specimen_index(settings) if specimens else settings.index_folder, settings)


def access(args: argparse.Namespace, settings: Settings) -> int:
    from dataclasses import asdict

    from assistant.errors import BadInput
    from assistant.web.accounts import Accounts

    if (args.name is None) != (args.what == "list"):
        raise BadInput(f"access {args.what} takes {'no' if args.name else 'a'} name.", "See: bulletins access --help")
    with closing(Accounts(settings.data / "accounts.db")) as accounts:
        if args.what == "list":
            for one in accounts.listed():
                if args.json:
                    _print_json(asdict(one))
                else:
                    print(f"{one.kind:<5} {one.id:<20} {one.name:<20} {one.role}")
        elif args.what == "add-user":
            accounts.set_user(args.name, _password(), args.role)
            print(f"{args.name} may log in as {args.role}.", file=sys.stderr)
        elif args.what == "add-key":
            print(accounts.add_key(args.name, args.role))
            print("Keep the key: it is shown this once.", file=sys.stderr)
        elif not accounts.remove(args.name):
            raise BadInput(f"There is no user or key {args.name}.", "See: bulletins access list")
    return EXIT_DONE


def _password() -> str:
    """Typed twice on a terminal, else the first line of stdin; never an option, which other users could see."""
    from getpass import getpass

    from assistant.errors import BadInput

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if password != getpass("Once more: "):
        raise BadInput("The two passwords differ.", "Type the same twice.")
    return password


def feedback(args: argparse.Namespace, settings: Settings) -> int:
    from dataclasses import asdict

    from assistant.web.feedback import FeedbackStore, gold_case

    with closing(FeedbackStore(settings.data / "feedback.db")) as store:
        listed = list(store.all())
    if not args.gold:
        for one in listed:
            _print_json(asdict(one))
        return EXIT_DONE
    cases = [case for one in listed if (case := gold_case(one))]
    for case in cases:
        _print_json(case)
    if len(cases) < len(listed):
        few = len(listed) - len(cases)
        print(
            f"{few} of {len(listed)} tell too little for a case (no source cited, or nothing expected).",
            file=sys.stderr,
        )
    return EXIT_DONE


def audit(args: argparse.Namespace, settings: Settings) -> int:
    from dataclasses import asdict

    from assistant.web.audit import Audit

    with closing(Audit(settings.data / "audit.db", settings.audit_days)) as log:
        for one in log.all():
            _print_json(asdict(one))
    return EXIT_DONE


def mcp(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.web.mcp_server import mcp_server
    from assistant.web.service import Service

    opened = _opened(settings.index_folder, settings, empty=True)
    with opened as assistant, closing(Service(assistant, settings)) as service:
        mcp_server(service).run("stdio")
    return EXIT_DONE


# ---------------------------------------------------------------- what commands share


@contextmanager
def _opened(folder: Place, settings: Settings, empty: bool = False) -> Iterator[Assistant]:
    """empty: an index without bulletins will do; of one that a first run left so, nothing is to be asked."""
    from assistant import Assistant
    from index.errors import IndexMissing

    assistant = Assistant.open(folder, settings)
    try:
        if not empty and not assistant.bulletins():
            raise IndexMissing(f"The index in {folder} holds no bulletin.", "Put some in: bulletins index FOLDER")
        yield assistant
    finally:
        assistant.close()


def _build(
    collection: Collection, folder: Place, settings: Settings, stop: Stop | None = None, workers: int | None = None
) -> BuildReport:
    from index.build import bring_in_step
    from index.embed import open_embedder

    embedder = open_embedder(settings.embedding, settings.cache)
    with ExitStack() as stack:
        if workers:
            from index.ahead import Ahead

            make = functools.partial(open_embedder, settings.embedding, settings.cache)
            embedder = stack.enter_context(closing(Ahead(embedder, make, workers)))
        advance = stack.enter_context(_progress("files", lines=True))
        return bring_in_step(collection, folder, embedder, advance, settings.cache, stop=stop)


@contextmanager
def _ended_by(*signals: signal.Signals) -> Iterator[Stop]:
    """What it gives is set by the first of these signals; the second one interrupts at once."""
    from sources.fetch import Stop

    stop = Stop()

    def note(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        print("bulletins: ending after the bulletin in hand", file=sys.stderr, flush=True)

    before = {number: signal.signal(number, note) for number in signals}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _specimens() -> Path:
    import sources

    return Path(next(iter(sources.__path__))) / "specimens"


def _specimen_index(settings: Settings) -> Path:
    """The index of the specimens in the cache, up to date. One of another version or model is made anew."""
    import shutil

    from index.embed import EXACT
    from index.errors import IndexDamaged, IndexMismatch
    from sources.collection import named

    # Between gate and chat the embedding changes, and neither should wait for the other's index to be made anew.
    folder = settings.cache / (f"{SPECIMEN_INDEX}-exact" if settings.embedding == EXACT else SPECIMEN_INDEX)
    try:
        _build(named([_specimens()]), folder, settings)
    except (IndexDamaged, IndexMismatch):
        shutil.rmtree(folder)
        _build(named([_specimens()]), folder, settings)
    return folder


def _question(args: argparse.Namespace, settings: Settings) -> str | None:
    """The question typed, None for a batch. Raises BadInput when there is both or neither."""
    from assistant.errors import BadInput

    if (args.question is None) == (args.batch is None):
        raise BadInput("Give one question, or --batch with a file of questions.", "See: bulletins ask --help")
    return None if args.question is None else settings.accept(args.question)


def _batch(
    args: argparse.Namespace,
    answer: Callable[[dict[str, Any]], dict[str, Any]],
    ahead: Callable[[Sequence[dict[str, Any]]], None] | None = None,
) -> int:
    """Answers a file line by line. Each result is written before the next is made: a bad line loses none.

    ahead: told the next lines before they are answered.
    """
    from assistant.batch import answer_lines
    from assistant.errors import BadInput

    with ExitStack() as stack:
        if args.batch == "-":
            lines: Iterable[bytes] = sys.stdin.buffer
        else:
            try:
                lines = stack.enter_context(open(args.batch, "rb"))
            except OSError as error:
                raise BadInput(
                    f"{args.batch} cannot be read: {error.strerror}.", "Name a file of JSON lines."
                ) from error
        if args.out == "-":
            out = sys.stdout
        elif args.batch != "-" and os.path.exists(args.out) and os.path.samefile(args.batch, args.out):
            raise BadInput(f"{args.out} is the batch itself and would be lost.", "Name another file after --out.")
        else:
            out = stack.enter_context(open(args.out, "w", encoding="utf-8", errors="replace"))
        advance = stack.enter_context(_progress("lines", on=args.out != "-"))
        name = "stdin" if args.batch == "-" else args.batch
        for done, result in enumerate(answer_lines(lines, name, answer, ahead), 1):
            print(json.dumps(result, ensure_ascii=False), file=out, flush=True)
            advance(done, 0, "")
    return EXIT_DONE


@contextmanager
def _progress(unit: str, on: bool = True, lines: bool = False) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on a terminal; call what it gives with (done, in all or 0, name of the next).

    lines: elsewhere a plain line every ten seconds, so that the log of a long run tells that it goes on.
    """
    from tqdm import tqdm

    # Its own lock is one of the system's, which a process that is ended leaves behind.
    tqdm.set_lock(threading.RLock())
    terminal = sys.stderr.isatty()
    began = told = time.monotonic()
    with tqdm(unit=f" {unit}", leave=False, disable=not on or not terminal, dynamic_ncols=True) as bar:

        def advance(done: int, total: int, name: str) -> None:
            nonlocal told
            bar.total = total or None
            bar.set_postfix_str(name[-40:], refresh=False)
            bar.update(done - bar.n)
            now = time.monotonic()
            if on and lines and not terminal and now - told >= LINE_S:
                told = now
                left = f", about {(total - done) * (now - began) / done:,.0f} s left" if done else ""
                rate = f"{done / (now - began):.1f} a second{left}"
                print(f"bulletins: {done:,} of {total:,} {unit}, {rate}: {name}", file=sys.stderr, flush=True)

        yield advance


def _print_json(record: dict[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


def _complain(message: str, remedy: str) -> int:
    print(f"bulletins: {message}\n{remedy}", file=sys.stderr)
    return EXIT_INPUT


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("bulletin-assistant")
    except PackageNotFoundError:
        return "of a checkout"


if __name__ == "__main__":
    sys.exit(main())
